import { ColonnadeError, quote } from "../errors";
import { EnumType } from "./enum-type";
import type { EnumValue } from "./enum-type";
import { typeOfClass } from "./type";

/**
 * A value that is one of a few. A subclass is decorated with `@serializable()`, and holds its members as static
 * fields, such as `static readonly LEFT = new Direction(1)`; read from bytes, they are these same objects.
 */
export abstract class SerializableEnum<Value extends EnumValue = EnumValue> {
  readonly value: Value;

  protected constructor(value: Value) {
    this.value = value;
  }

  /**
   * The member with a value.
   *
   * @throws {ColonnadeError} `ERR_OPTION` where there is none.
   */
  static of<Member extends SerializableEnum>(this: EnumClass<Member>, value: unknown): Member {
    const member = enumTypeOf(this).find(value);
    if (member === undefined) {
      throw new ColonnadeError("ERR_OPTION", `${this.name} has no member ${quote(value)}`);
    }
    return member as Member; // the members are the class's instances
  }

  /** The members, in order of declaration. */
  static members<Member extends SerializableEnum>(this: EnumClass<Member>): Member[] {
    return enumTypeOf(this).members() as Member[]; // as above
  }

  /** The name of the static field that holds it. */
  get name(): string {
    return enumTypeOf(this.constructor).nameOf(this) ?? "";
  }

  toString(): string {
    return `${this.constructor.name}.${this.name}`;
  }

  toJSON(): EnumValue {
    return this.value;
  }
}

/** A class of enum members, whose constructor is its own. */
export type EnumClass<Member extends SerializableEnum = SerializableEnum> = {
  readonly prototype: Member;
  readonly name: string;
};

function enumTypeOf(owner: EnumClass): EnumType {
  const type = typeOfClass(owner);
  if (type instanceof EnumType) return type;
  const message = `${owner.name} is a SerializableEnum on which @serializable() does not stand, or not yet`;
  throw new ColonnadeError("ERR_DECLARATION", message);
}
