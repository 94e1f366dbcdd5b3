// The same API three times: routes with schemas, handlers, and a client that is typed by them.

const indices = (count) => Array.from({ length: count }, (_, at) => at);

const schemas = (
  at,
) => `const New${at} = z.object({ name: z.string(), size${at}: z.number(), tags: z.array(z.string()) });
const Thing${at} = New${at}.extend({ id: z.number() });`;

const input = (at) => `{ name: "a", size${at}: 1, tags: [] }`;

/** As declarations of Colonnade, each with a handler and a call. */
function colonnade(count) {
  const declarations = indices(count).map(
    (at) => `${schemas(at)}
export const create${at} = post("/things-${at}/:owner", {
  body: New${at},
  query: Query,
  responses: { 201: Thing${at}, 409: Refusal },
});`,
  );
  const handlers = indices(count).map(
    (at) => `  @create${at}
  async create${at}(request: RequestOf<typeof create${at}>) {
    const thing = await request.json();
    if (thing.name === request.matches.owner) return new ErrorResponse("taken", 409);
    return new JsonResponse({ ...thing, id: request.query.page }, 201);
  }`,
  );
  const calls = indices(count).map(
    (at) => `export async function call${at}(client: Client) {
  const answer = await client.call(create${at}, { matches: { owner: "a" }, query: { page: 1 }, body: ${input(at)} });
  return answer.statusCode === 201 ? answer.payload.size${at} : undefined;
}`,
  );
  const classes = [];
  for (let at = 0; at < count; at += 20) {
    classes.push(
      `export class Resource${at} extends Resource {\n${handlers.slice(at, at + 20).join("\n\n")}\n}`,
    );
  }
  return `import { ErrorResponse, JsonResponse, Resource, post } from "colonnade";
import type { RequestOf } from "colonnade";
import type { Client } from "colonnade/client";
import { z } from "zod";

const Query = z.object({ page: z.number() });
const Refusal = z.object({ error: z.string() });

${[...declarations, ...classes, ...calls].join("\n\n")}
`;
}

/** By hand, in plain Express, with fetch. */
function byHand(count) {
  const routes = indices(count).map(
    (at) => `${schemas(at)}
app.post("/things-${at}/:owner", (req, res) => {
  const thing = New${at}.parse(req.body);
  const { page } = Query.parse(req.query);
  if (thing.name === req.params.owner) {
    res.status(409).json({ error: "taken" } satisfies z.infer<typeof Refusal>);
    return;
  }
  res.status(201).json({ ...thing, id: page } satisfies z.infer<typeof Thing${at}>);
});

export async function call${at}(base: string) {
  const body = ${input(at)} satisfies z.input<typeof New${at}>;
  const query = { page: 1 } satisfies z.input<typeof Query>;
  const response = await fetch(\`\${base}/things-${at}/\${encodeURIComponent("a")}?page=\${query.page}\`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.status === 201
    ? ((await response.json()) as z.infer<typeof Thing${at}>).size${at}
    : undefined;
}`,
  );
  return `import express from "express";
import { z } from "zod";

const Query = z.object({ page: z.number() });
const Refusal = z.object({ error: z.string() });
export const app = express().use(express.json());

${routes.join("\n\n")}
`;
}

/** In Hono, twenty routes to an app, with its client. */
function hono(count) {
  const apps = [];
  for (let first = 0; first < count; first += 20) {
    const own = indices(count).slice(first, first + 20);
    const routes = own.map(
      (at) => `  .post(
    "/things-${at}/:owner",
    validator("json", (value) => New${at}.parse(value)),
    validator("query", (value) => Query.parse(value)),
    (c) => {
      const thing = c.req.valid("json");
      if (thing.name === c.req.param("owner")) return c.json({ error: "taken" }, 409);
      return c.json({ ...thing, id: c.req.valid("query").page } satisfies z.infer<typeof Thing${at}>, 201);
    },
  )`,
    );
    const calls = own.map(
      (at) => `export async function call${at}(client: ReturnType<typeof hc<typeof app${first}>>) {
  const response = await client["things-${at}"][":owner"].$post({
    param: { owner: "a" },
    query: { page: 1 as never },
    json: ${input(at)},
  });
  return response.status === 201 ? (await response.json()).size${at} : undefined;
}`,
    );
    apps.push(`${own.map(schemas).join("\n")}
export const app${first} = new Hono()
${routes.join("\n")};

${calls.join("\n\n")}`);
  }
  return `import { Hono } from "hono";
import { hc } from "hono/client";
import { validator } from "hono/validator";
import { z } from "zod";

const Query = z.object({ page: z.number() });

${apps.join("\n\n")}
`;
}

module.exports = { byHand, colonnade, hono };
