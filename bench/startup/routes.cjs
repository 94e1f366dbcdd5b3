/** Patterns as an API has them: one to three parameters each, and no two alike. */
function patterns(count) {
  const shapes = [
    (at) => [`/accounts-${at}/:account`, ["account"]],
    (at) => [`/accounts/:account/orders-${at}/:order`, ["account", "order"]],
    (at) => [`/teams/:team/projects/:project/issues-${at}/:issue`, ["team", "project", "issue"]],
    (at) => [`/reports-${at}/:year/:month`, ["year", "month"]],
    (at) => [`/users/:user/files-${at}`, ["user"]],
  ];
  return Array.from({ length: count }, (_, at) => {
    const [pattern, names] = shapes[at % shapes.length](at);
    return { pattern, names };
  });
}

/** A module of Resources, each with twenty of the routes. */
function resourcesOf(routes) {
  const verbs = ["get", "put", "post", "del"];
  const methods = routes.map(
    ({ pattern, names }, at) => `  @${verbs[at % verbs.length]}("${pattern}")
  route${at}(request: Request<"${pattern}">) {
    const { ${names.join(", ")} } = request.matches;
    return new JsonResponse({ ${names.map((name) => `${name}: ${name}.toUpperCase()`).join(", ")} });
  }
`,
  );
  const classes = [];
  for (let at = 0; at < methods.length; at += 20) {
    const body = methods.slice(at, at + 20).join("\n");
    classes.push(`export class Resource${at / 20} extends Resource {\n${body}}\n`);
  }
  return `import { JsonResponse, Resource, del, get, post, put } from "colonnade";
import type { Request } from "colonnade";

${classes.join("\n")}`;
}

/** A module of an Express app with the routes, written by hand. */
function appOf(routes) {
  const verbs = ["get", "put", "post", "delete"];
  const calls = routes.map(
    ({ pattern, names }, at) => `app.${verbs[at % verbs.length]}("${pattern}", (req, res) => {
  const { ${names.join(", ")} } = req.params;
  res.json({ ${names.map((name) => `${name}: ${name}.toUpperCase()`).join(", ")} });
});
`,
  );
  return `import express from "express";

export const app = express();

${calls.join("\n")}`;
}

module.exports = { patterns, resourcesOf, appOf };
