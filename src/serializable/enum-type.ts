/** What an enum's member is told by: what the format has, and JavaScript compares by value. */
export type EnumValue = string | number | bigint | boolean | null;

/** A member of an enum. */
export interface EnumMember {
  readonly value: EnumValue;
}

/** A class whose static fields hold its members. */
export interface EnumOwner {
  readonly name: string;
  readonly prototype: object;
}

/** A class of enum members. */
export class EnumType {
  readonly kind = "enum";
  readonly typeId: number;
  readonly #owner: EnumOwner;
  #members: ReadonlyMap<unknown, EnumMember> = new Map<unknown, EnumMember>();

  constructor(typeId: number, owner: EnumOwner) {
    this.typeId = typeId;
    this.#owner = owner;
  }

  get name(): string {
    return this.#owner.name;
  }

  /** @param value - any; what can't be a member's is none of theirs. */
  find(value: unknown): EnumMember | undefined {
    const key = asRead(value);
    // Members are made one after the other, and behind the decorator: some may be new.
    return this.#members.get(key) ?? (this.#members = this.#findMembers()).get(key);
  }

  /** In order of declaration. */
  members(): EnumMember[] {
    return [...this.#findMembers().values()];
  }

  /** @returns the name of the static field that holds a member. */
  nameOf(member: EnumMember): string | undefined {
    return Object.entries(this.#owner).find(([, value]) => value === member)?.[0];
  }

  #findMembers(): Map<unknown, EnumMember> {
    const found = new Map<unknown, EnumMember>();
    for (const candidate of Object.values<unknown>({ ...this.#owner })) {
      if (!this.#owns(candidate)) continue;
      const key = asRead(candidate.value);
      if (!found.has(key)) found.set(key, candidate); // a second one of a value is an alias
    }
    return found;
  }

  #owns(candidate: unknown): candidate is EnumMember {
    return (
      typeof candidate === "object" &&
      candidate !== null &&
      Object.getPrototypeOf(candidate) === this.#owner.prototype
    );
  }
}

/** A value as it comes back once it was written: as a number where one can hold it, in 32 bits if it is no int. */
function asRead(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const isInt = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  return isInt ? BigInt(value) : Math.fround(value);
}
