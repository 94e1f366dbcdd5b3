/** The types of the binary format, as each value begins with: an unsigned 16-bit number, big-endian. */
export const wire = {
  bool: 1,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  uint8: 8,
  uint16: 9,
  uint32: 10,
  float32: 11,
  float64: 12,
  string: 13,
  bytes: 14,
  null: 15,
  sequence: 16,
  map: 17,
  set: 18,
} as const;

/** What the format allows; who writes more, or reads it, fails. */
export const limits = {
  /** In bytes: of a string in UTF-8, and of bytes. */
  length: 1_048_576,
  /** Of a sequence, map or set. */
  elements: 16_384,
  /** Of values within values: the format has no such limit, but the stack does. */
  depth: 256,
  /** The first type that a program may define. */
  firstTypeId: 256,
  /** The last: a type has 16 bits. */
  lastTypeId: 65_535,
} as const;
