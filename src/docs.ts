import { contentSecurityPolicy, initScript, renderPage } from "./docs/page";
import { assets, fileReader, findSwaggerUi } from "./docs/swagger-ui";
import { asyncApi } from "./document/async-api";
import type { Mounts } from "./document/mounted-routes";
import { openApi } from "./document/open-api";
import type { DocumentInfo, DocumentOptions } from "./document/options";
import type { Request } from "./http/request";
import { Response } from "./http/response";
import type { Route } from "./http/route";
import { Resource } from "./resource/resource";

/**
 * Makes a Resource that serves a page about an API for people, by the installed package `swagger-ui-dist`, with
 * the documents of `openApi` and `asyncApi` beside it as `openapi.json` and `asyncapi.json`. It may be mounted anywhere:
 * `app.use("/docs", docs(info, { "/api": users }).router())`.
 *
 * @throws {ColonnadeError} `ERR_OPTION` as `openApi` and `asyncApi` do, and where swagger-ui-dist is not installed.
 */
export function docs(info: DocumentInfo, mounts: Mounts, options: DocumentOptions = {}): Resource {
  return new Docs(info, mounts, options);
}

/** What answers a request for a file. */
type Answer = () => Response | Promise<Response>;

class Docs extends Resource {
  readonly #page: Buffer;
  readonly #policy: string;
  readonly #files: readonly (readonly [name: string, answer: Answer])[];

  constructor(info: DocumentInfo, mounts: Mounts, options: DocumentOptions) {
    super();
    const sockets = asyncApi(info, mounts, options);
    this.#page = Buffer.from(renderPage(info, Object.keys(sockets.channels).length > 0));
    this.#policy = contentSecurityPolicy(options);
    const read = fileReader(findSwaggerUi());
    const made = [
      ["openapi.json", JSON.stringify(openApi(info, mounts, options)), "application/json"],
      ["asyncapi.json", JSON.stringify(sockets), "application/json"],
      ["init.js", initScript, assets["swagger-ui-bundle.js"]],
    ] as const;
    this.#files = [
      ...made.map(([name, text, type]) => {
        const content = Buffer.from(text); // to a string, a charset would be added
        return [name, () => answerFile(content, type)] as const;
      }),
      ...Object.entries(assets).map(
        ([name, type]) => [name, async () => answerFile(await read(name), type)] as const,
      ),
    ];
  }

  override routes(): Route[] {
    const files = this.#files.map(([name, answer]): Route => ["GET", `/${name}`, answer]);
    return [["GET", "/", (request: Request) => this.#answerPage(request)], ...files];
  }

  /** Relative URLs lead to what stands beside the page only where its own ends with a slash. */
  #answerPage({ path }: Request): Response {
    if (path.endsWith("/")) {
      return answerFile(this.#page, "text/html; charset=utf-8", { "Content-Security-Policy": this.#policy });
    }
    // Relative too, as a proxy may have taken away what stands before it; "./" so that a colon in it is none of a scheme.
    return new Response(null, 302, { Location: `./${path.slice(path.lastIndexOf("/") + 1)}/` });
  }
}

function answerFile(content: Buffer, type: string, headers: Record<string, string> = {}): Response {
  const common = { "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff" };
  return new Response(content, 200, { "Content-Type": type, ...common, ...headers }, true);
}
