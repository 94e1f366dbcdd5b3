import { ColonnadeError, quote } from "../errors";

/** How numbers are written: "plain" writes whole ones as ints, and all others as 32-bit floats. */
export type NumberForm = "plain" | "float" | "double";

/** A number that is written as a float, whole or not: see {@link float} and {@link double}. */
export class FloatValue {
  constructor(
    readonly value: number,
    readonly form: "float" | "double",
  ) {}
}

/** What `float` and `double` are: of a number, and as decorators of a field, in both decorator modes. */
export interface FloatForm {
  /** @throws {ColonnadeError} `ERR_OPTION` for what is no number. */
  (value: number): FloatValue;
  (target: undefined, context: ClassFieldDecoratorContext): void;
  (target: object, field: string, descriptor?: undefined): void;
}

/**
 * Has a number written as a 32-bit float, also when it is whole: `float(2)`, or `@float speed = 2` for all the
 * numbers of a field, those in its lists, sets, and values of maps as well. It keeps about seven digits.
 */
export const float: FloatForm = floatForm("float");

/** As {@link float}, with 64 bits: nothing of a number is lost. */
export const double: FloatForm = floatForm("double");

/** By prototype, what decorators of the experimental kind have said of its fields. */
const declared = new WeakMap<object, Map<string, NumberForm>>();

/** What decorators of the TC39 kind say of the instances that are made: they run for each. */
let noted: { readonly instance: unknown; readonly field: string; readonly form: NumberForm }[] | undefined;

function floatForm(form: "float" | "double"): FloatForm {
  const apply = (target: unknown, context?: unknown, descriptor?: unknown): unknown => {
    if (context === undefined) {
      if (typeof target === "number") return new FloatValue(target, form);
      throw new ColonnadeError("ERR_OPTION", `${form}() takes a number, not ${quote(target)}`);
    }
    if (typeof context !== "object" || context === null) {
      if (typeof target === "function" || typeof context !== "string" || descriptor !== undefined) {
        throw misplaced(form, context);
      }
      declare(target as object, context, form);
      return undefined;
    }
    const { kind, name, private: isPrivate, static: isStatic } = context as ClassFieldDecoratorContext;
    if (kind !== "field" || isPrivate || isStatic || typeof name !== "string") throw misplaced(form, name);
    return function note(this: unknown, value: unknown) {
      noted?.push({ instance: this, field: name, form });
      return value;
    };
  };
  return apply as FloatForm; // a function and both protocols of decorators at once
}

function declare(prototype: object, field: string, form: NumberForm): void {
  const forms = declared.get(prototype) ?? new Map<string, NumberForm>();
  declared.set(prototype, forms.set(field, form));
}

function misplaced(form: string, member: unknown): ColonnadeError {
  const message = `@${form} stands on ${String(member)}, which is no public field that a message has`;
  return new ColonnadeError("ERR_DECLARATION", message);
}

/** Makes an instance, and tells how the numbers of its fields are to be written. */
export function numberFormsOf(create: () => object): {
  readonly made: object;
  readonly forms: ReadonlyMap<string, NumberForm>;
} {
  const outer = noted; // a field's default may be an instance of a class that is asked for the first time
  const inner: NonNullable<typeof noted> = [];
  let made: object;
  noted = inner;
  try {
    made = create();
  } finally {
    noted = outer;
  }
  return { made, forms: new Map([...declaredFor(made), ...notedFor(made, inner)]) };
}

function notedFor(made: object, notes: typeof noted = []): [string, NumberForm][] {
  return notes.filter(({ instance }) => instance === made).map(({ field, form }) => [field, form]);
}

/** Those of a base class first: what a subclass says of the same field comes behind it, and holds. */
function declaredFor(made: object): [string, NumberForm][] {
  const prototype = Object.getPrototypeOf(made) as object | null;
  if (prototype === null) return [];
  return [...declaredFor(prototype), ...(declared.get(prototype) ?? [])];
}
