import { ColonnadeError, quote } from "../errors";
import { checkKeys } from "../http/options";
import type { JsonSchemaTarget, Schema } from "../schema/schema";

/** What a document says of the API: OpenAPI's Info Object. */
export interface DocumentInfo {
  readonly title: string;
  /** Of the API, not of OpenAPI. */
  readonly version: string;
  readonly summary?: string;
  /** In CommonMark. */
  readonly description?: string;
  readonly termsOfService?: string;
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  readonly license?: { readonly name: string; readonly identifier?: string; readonly url?: string };
}

/** Which side of a schema is documented: what it takes, or what it makes of that. */
export type SchemaSide = "input" | "output";

/** OpenAPI's Security Scheme Object. */
export type SecurityScheme =
  | {
      readonly type: "http";
      readonly scheme: string;
      readonly bearerFormat?: string;
      readonly description?: string;
    }
  | {
      readonly type: "apiKey";
      readonly name: string;
      readonly in: "query" | "header" | "cookie";
      readonly description?: string;
    }
  | { readonly type: "openIdConnect"; readonly openIdConnectUrl: string; readonly description?: string }
  | { readonly type: "mutualTLS"; readonly description?: string }
  | {
      readonly type: "oauth2";
      readonly flows: Readonly<Record<string, OAuthFlow>>;
      readonly description?: string;
    };

/** OpenAPI's OAuth Flow Object. */
export interface OAuthFlow {
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly refreshUrl?: string;
  readonly scopes: Readonly<Record<string, string>>;
}

/** OpenAPI's External Documentation Object. */
export interface ExternalDocs {
  readonly url: string;
  readonly description?: string;
}

/** Options of `openApi` and `asyncApi`: both read them as OpenAPI writes them. */
export interface DocumentOptions {
  /** Where the API is: by default at the root of the document's origin. Behind a proxy that adds a prefix, say where. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[] | undefined;
  /** What `security` names. */
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>> | undefined;
  /** Of every route that does not say otherwise. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[] | undefined;
  /** What there is to say about tags, in the order in which they are to be shown. */
  readonly tags?:
    | readonly {
        readonly name: string;
        readonly description?: string;
        readonly externalDocs?: ExternalDocs;
      }[]
    | undefined;
  readonly externalDocs?: ExternalDocs | undefined;
  /** How the routers answer errors: "json" by default. */
  readonly errors?: "json" | "problem" | "next" | undefined;
  /**
   * Makes JSON Schema of a schema whose library does not have Standard JSON Schema, or says that it can't.
   *
   * @param target - the version that is wanted.
   */
  readonly toJsonSchema?:
    ((schema: Schema, side: SchemaSide, target: JsonSchemaTarget) => object) | undefined;
}

const known: ReadonlySet<string> = new Set<keyof DocumentOptions>([
  "servers",
  "securitySchemes",
  "security",
  "tags",
  "externalDocs",
  "errors",
  "toJsonSchema",
]);

const formats: ReadonlySet<unknown> = new Set([undefined, "json", "problem", "next"]);

/**
 * @param caller - as messages name it: `openApi()`.
 * @throws {ColonnadeError} `ERR_OPTION`
 */
export function checkDocumentOptions(info: DocumentInfo, options: DocumentOptions, caller: string): void {
  for (const name of ["title", "version"] as const) {
    const value = (info as Partial<DocumentInfo> | undefined)?.[name];
    if (typeof value !== "string")
      throw invalid(`${caller}: the ${name} of info is text, not ${quote(value)}`);
  }
  checkKeys(options, known, caller);
  const { errors, toJsonSchema } = options;
  if (!formats.has(errors)) {
    throw invalid(`${caller}: errors is "json", "problem" or "next", not ${quote(errors)}`);
  }
  for (const name of ["servers", "security", "tags"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && !Array.isArray(value)) {
      throw invalid(`${caller}: ${name} is a list, not ${quote(value)}`);
    }
  }
  if (toJsonSchema !== undefined && typeof toJsonSchema !== "function") {
    throw invalid(`${caller}: toJsonSchema is a function, not ${quote(toJsonSchema)}`);
  }
}

function invalid(message: string): ColonnadeError {
  return new ColonnadeError("ERR_OPTION", message);
}
