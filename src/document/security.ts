import { ColonnadeError, quote } from "../errors";
import type { Operation } from "./operation";
import type { DocumentOptions } from "./options";

/**
 * Refuses the name of a security scheme that there is not.
 *
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkSecurity(
  operations: readonly Operation[],
  { security = [], securitySchemes = {} }: DocumentOptions,
  caller: string,
): void {
  const stated = operations.map(({ route }) => [route.name, route.options.security ?? []] as const);
  for (const [owner, requirements] of [["the document", security] as const, ...stated]) {
    for (const name of requirements.flatMap((requirement) => Object.keys(requirement))) {
      if (Object.hasOwn(securitySchemes, name)) continue;
      const message = `${caller}: security of ${owner} names ${quote(name)}, which securitySchemes does not have`;
      throw new ColonnadeError("ERR_OPTION", message);
    }
  }
}
