import { copyJson, present } from "./json";
import type { JsonObject, JsonValue } from "./json";
import { escapeStep } from "./json-pointer";
import type { DocumentInfo, DocumentOptions, SecurityScheme } from "./options";

// What AsyncAPI 3.0 has other terms for than OpenAPI.

/** The Info Object: it has tags and external documentation too, and less of a license. */
export function toAsyncInfo(info: DocumentInfo, { tags, externalDocs }: DocumentOptions): JsonObject {
  const { title, version, summary, description = summary, termsOfService, contact, license } = info;
  return present({
    title,
    version,
    description,
    termsOfService,
    contact: contact && copyJson(contact),
    license: license && present({ name: license.name, url: license.url }),
    tags: tags && copyJson(tags),
    externalDocs: externalDocs && copyJson(externalDocs),
  });
}

/** The servers by name: `server`, `server2`. One whose URL is relative has no host, and is left out. */
export function toAsyncServers({ servers = [] }: DocumentOptions): JsonObject {
  const absolute = servers.flatMap(({ url, description }) => {
    if (!URL.canParse(url)) return [];
    const { host, protocol, pathname } = new URL(url);
    const path = pathname.replace(/\/$/, ""); // an address begins with one
    return present({
      host,
      protocol: protocol === "https:" || protocol === "wss:" ? "wss" : "ws",
      pathname: path === "" ? undefined : path,
      description,
    });
  });
  return Object.fromEntries(absolute.map((server, at) => [at === 0 ? "server" : `server${at + 1}`, server]));
}

/** The security schemes by name. */
export function toAsyncSchemes({ securitySchemes }: DocumentOptions): JsonObject | undefined {
  if (securitySchemes === undefined) return undefined;
  const schemes = Object.entries(securitySchemes).map(
    ([name, scheme]) => [name, toAsyncScheme(scheme)] as const,
  );
  return Object.fromEntries(schemes);
}

function toAsyncScheme(scheme: SecurityScheme): JsonObject {
  const { type, description } = scheme;
  if (type === "apiKey") {
    return present({ type: "httpApiKey", name: scheme.name, in: scheme.in, description });
  }
  if (type === "mutualTLS") return present({ type: "X509", description });
  if (type !== "oauth2") return copyJson(scheme);
  const flows = Object.entries(scheme.flows).map(([name, { scopes, ...urls }]): [string, JsonValue] => [
    name,
    { ...copyJson(urls), availableScopes: { ...scopes } },
  ]);
  return present({ type, flows: Object.fromEntries(flows), description });
}

/** Any of a list of schemes: that two are needed at once AsyncAPI can't say; where none will do, it says nothing. */
export function toAsyncSecurity(security: DocumentOptions["security"]): JsonObject[] | undefined {
  if (security === undefined || security.length === 0) return undefined;
  if (security.some((requirement) => Object.keys(requirement).length === 0)) return undefined;
  const names = new Set(security.flatMap((requirement) => Object.keys(requirement)));
  return [...names].map((name) => ({ $ref: `#/components/securitySchemes/${escapeStep(name)}` }));
}
