/** `count` values, each but the last in another one. */
export function nest(count: number, wrap: (inner: unknown) => unknown, innermost: unknown = null): unknown {
  let value = innermost;
  for (let depth = 0; depth < count; depth++) value = wrap(value);
  return value;
}
