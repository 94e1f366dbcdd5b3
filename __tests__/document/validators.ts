import type { Validator as OpenApiValidator } from "@seriousme/openapi-schema-validator" with {
  "resolution-mode": "import",
};
import { Parser } from "@asyncapi/parser";
import type { AsyncApiDocument, OpenApiDocument } from "colonnade";
import { loadEsModule } from "../es-module";

const { Validator } = loadEsModule("@seriousme/openapi-schema-validator") as {
  Validator: typeof OpenApiValidator;
};

/** What OpenAPI's own schema, and a reader of it, have to say about a document: nothing, where it is valid. */
export async function faultsOfOpenApi(document: OpenApiDocument): Promise<unknown> {
  const { valid, errors } = await new Validator().validate(
    JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
  );
  const ids = operationsOf(document).map(({ operationId }) => operationId);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  return [...(valid ? [] : [errors]), ...twice];
}

const parser = new Parser();

/** What AsyncAPI's parser has to say about a document, but for hints. */
export async function faultsOfAsyncApi(document: AsyncApiDocument): Promise<string[]> {
  const found = await parser.validate(JSON.stringify(document));
  return found
    .filter(({ code }) => code !== "asyncapi-latest-version")
    .map(({ message, path }) => `${path.join(".")}: ${message}`);
}

/** One operation of a document, as tests read it. */
export interface Operation {
  readonly operationId: string;
  readonly tags?: string[];
  readonly parameters?: {
    name: string;
    in: string;
    required: boolean;
    schema: object;
    description?: string;
  }[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  readonly [member: string]: unknown;
}

/** An operation by its method and path: `GET /users`. */
export function operationOf(document: OpenApiDocument, name: string): Operation {
  const [method = "", path = ""] = name.split(" ");
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`There is no ${name} in ${JSON.stringify(document.paths)}`);
  return operation as unknown as Operation;
}

/** All of them, in order. */
export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  return Object.values(paths).flatMap((item) => Object.values(item) as unknown as Operation[]);
}

/** The components that are schemas, by name. */
export function schemasOf(document: OpenApiDocument | AsyncApiDocument): Record<string, object> {
  const { components } = document as { components?: { schemas?: Record<string, object> } };
  return components?.schemas ?? {};
}
