import { toAsyncInfo, toAsyncSchemes, toAsyncServers } from "./async-terms";
import { describeChannel, describeOperations } from "./channel";
import { Components } from "./components";
import { present } from "./json";
import type { JsonObject } from "./json";
import { mountedRoutes } from "./mounted-routes";
import type { Mounts } from "./mounted-routes";
import { toOperations } from "./operation";
import { checkDocumentOptions } from "./options";
import type { DocumentInfo, DocumentOptions } from "./options";
import { checkSecurity } from "./security";

/** A document in AsyncAPI 3.0: a plain object, to be serialised, or changed before. */
export interface AsyncApiDocument {
  asyncapi: string;
  info: JsonObject;
  /** By id. */
  channels: Record<string, JsonObject>;
  /** By id: that of the channel, and what the app does, `receive` or `send`. */
  operations: Record<string, JsonObject>;
  [member: string]: unknown;
}

/**
 * Describes WebSocket routes as an AsyncAPI 3.0 document.
 *
 * @param mounts - what is mounted where: `{ "/api": [chat] }`.
 * @param options - as `openApi` takes them: what AsyncAPI has other terms for is translated.
 * @returns the same for the same classes, byte for byte.
 * @throws {ColonnadeError} `ERR_OPTION` for two channels with one id, a schema that no JSON Schema can be made of, or a
 *   security scheme that there is not.
 */
export function asyncApi(
  info: DocumentInfo,
  mounts: Mounts,
  options: DocumentOptions = {},
): AsyncApiDocument {
  checkDocumentOptions(info, options, "asyncApi()");
  const routes = mountedRoutes(mounts, "asyncApi()").filter(({ method }) => method === "WEBSOCKET");
  const operations = toOperations(routes);
  checkSecurity(operations, options, "asyncApi()");
  const components = new Components("draft-07", options.toJsonSchema);
  const channels = operations.map((each): [string, JsonObject] => [
    each.id,
    describeChannel(each, components),
  ]);
  const servers = toAsyncServers(options);
  const own = present({ schemas: components.finish(), securitySchemes: toAsyncSchemes(options) });
  return {
    asyncapi: "3.0.0",
    info: toAsyncInfo(info, options),
    ...(Object.keys(servers).length > 0 && { servers }),
    defaultContentType: "application/json",
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(operations.flatMap((each) => describeOperations(each, options))),
    ...(Object.keys(own).length > 0 && { components: own }),
  };
}
