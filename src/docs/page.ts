import type { DocumentInfo, DocumentOptions, SecurityScheme } from "../document/options";

/**
 * The page: all that it loads stands beside it, by relative URLs.
 *
 * @param hasChannels - whether there is something in the AsyncAPI document, which swagger-ui does not show.
 */
export function renderPage(info: DocumentInfo, hasChannels: boolean): string {
  const link = `<div class="swagger-ui"><div class="wrapper"><p class="link"><a href="asyncapi.json">WebSockets: AsyncAPI</a></p></div></div>`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(info.title)}</title>
    <link rel="icon" type="image/png" href="favicon-32x32.png">
    <link rel="stylesheet" href="swagger-ui.css">
    <link rel="alternate" type="application/json" title="OpenAPI" href="openapi.json">
    <link rel="alternate" type="application/json" title="AsyncAPI" href="asyncapi.json">
  </head>
  <body>
    <div id="api"></div>${hasChannels ? `\n    ${link}` : ""}
    <script src="swagger-ui-bundle.js"></script>
    <script src="init.js"></script>
  </body>
</html>
`;
}

/** A file of its own, as the policy has no inline script run. */
export const initScript = `SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null, // or it would ask a server elsewhere
});
`;

/** What the page may do: load what stands beside it, and send requests to the API and to where its tokens come from. */
export function contentSecurityPolicy({ servers = [], securitySchemes = {} }: DocumentOptions): string {
  const urls = [...servers.map(({ url }) => url), ...Object.values(securitySchemes).flatMap(tokenUrls)];
  const origins = urls.flatMap(originOf);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:", // swagger-ui.css holds its pictures
    `connect-src ${["'self'", ...new Set(origins)].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
}

/** What the page itself asks; that of an authorization it opens in a window of its own. */
function tokenUrls(scheme: SecurityScheme): string[] {
  if (scheme.type === "openIdConnect") return [scheme.openIdConnectUrl];
  if (scheme.type !== "oauth2") return [];
  const urls = Object.values(scheme.flows).flatMap(({ tokenUrl, refreshUrl }) => [tokenUrl, refreshUrl]);
  return urls.filter((url) => url !== undefined);
}

/** The origin of a URL, where it has another than the page: none that would be something else in a policy. */
function originOf(url: string): string[] {
  if (!URL.canParse(url, own)) return [];
  const { origin } = new URL(url, own);
  return origin !== own && /^https?:\/\/[\w.:[\]-]+$/.test(origin) ? [origin] : [];
}

const own = "http://self.invalid";

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
