/** Does something with a value: at once, unless it is to be awaited. */
export function andThen<Value, Result>(
  value: Value | PromiseLike<Value>,
  action: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return isPromise(value) ? Promise.resolve(value).then(action) : action(value);
}

/** Whether a handler's result is to be awaited. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
