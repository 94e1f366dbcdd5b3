import { ask, toBytes, toChunks } from "./exchange";
import type { Category, Exchange } from "./exchange";

const json = "Content-Type: application/json";
const form = "Content-Type: application/x-www-form-urlencoded";
const chunked = "Transfer-Encoding: chunked";

interface Part {
  readonly name: string;
  readonly file?: string;
  readonly text: string;
}

function upload(parts: readonly Part[], end = "--edge--\r\n"): Exchange {
  const bytes = parts.map(({ name, file, text }) => {
    const filename = file === undefined ? "" : `; filename="${file}"\r\nContent-Type: text/plain`;
    return `--edge\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n${text}\r\n`;
  });
  const name = `files ${parts.map((part) => `${part.name} of ${part.text.length}`).join(", ")} ${end.length}`;
  const headers = ["Content-Type: multipart/form-data; boundary=edge"];
  return { ...ask("POST /bodies/files", headers, bytes.join("") + end), name };
}

export const bodies: Category[] = [
  {
    name: "JSON bodies",
    statuses: [200, 400, 413, 415],
    exchanges: [
      ...['{"a":[1]}', "[]", "", "{", '"text"', "null", '{"__proto__":1}', `["${"x".repeat(1024)}"]`].flatMap(
        (body) => [
          ask("POST /bodies/json", [json, `X-Body: ${body.slice(0, 20)}`], body),
          ask("POST /bodies/loose", [json, `X-Body: ${body.slice(0, 20)}`], body),
          ask(
            "POST /bodies/json",
            [json, chunked, `X-Body: ${body.slice(0, 20)}`],
            toChunks(body === "" ? [] : [body]),
          ),
        ],
      ),
      ask("POST /bodies/json", ["Content-Type: application/json; charset=utf-16"], "{}"),
      ask("POST /bodies/json", ["Content-Type: application/json; charset=nonsense"], "{}"),
      ask("POST /bodies/json", [json, "Content-Encoding: gzip"], "no gzip"),
      ask("POST /bodies/json", [json, "Content-Encoding: nonsense"], "{}"),
      ask("POST /bodies/json", ["Content-Type: text/json"], "{}"),
      ask("POST /bodies/json", [json]),
    ],
  },
  {
    name: "forms, texts and files",
    statuses: [200, 413, 500],
    exchanges: [
      ...["a=1&b[c]=2&d[]=3", "a=%zz&b=%20+", "=", "x=1&x=2"].flatMap((body) => [
        ask("POST /bodies/form", [form, `X-Body: ${body}`], body),
        ask("POST /bodies/plain-form", [form, `X-Body: ${body}`], body),
      ]),
      ask("POST /bodies/form", [form], Array.from({ length: 1001 }, (_, at) => `${at}`).join("&")),
      ask("POST /bodies/text", ["Content-Type: text/plain"], "a text"),
      ask("POST /bodies/text", ["Content-Type: text/plain; charset=latin1"], "caf\xe9"),
      ask("POST /bodies/text", ["Content-Type: text/plain", "X-Size: 101"], "x".repeat(101)),
      ask("POST /bodies/raw", ["Content-Type: application/octet-stream"], "\x00\xff"),
      ask("POST /bodies/raw", ["Content-Type: application/else"], "\x00\xff"),
      upload([{ name: "field", text: "value" }]),
      upload([
        { name: "file", file: "a.txt", text: "a file" },
        { name: "field", text: "value" },
      ]),
      upload([{ name: "file", file: "large.txt", text: "x".repeat(101) }]),
      upload([{ name: "other", file: "a.txt", text: "unexpected" }]),
      upload(["a", "b", "c"].map((file) => ({ name: "file", file, text: file }))),
      upload([{ name: "file", file: "cut.txt", text: "never ends" }], "--ed"),
      ask("POST /bodies/files", ["Content-Type: multipart/form-data"], "no boundary"),
    ],
  },
  {
    name: "streamed bodies",
    statuses: [200],
    exchanges: [
      ...["echo", "count", "iterate", "unread"].flatMap((name) => [
        ask(`POST /bodies/${name}`, ["X-Kind: whole"], "a body"),
        ask(`PUT /bodies/${name}`, [chunked], toChunks(["one", "two", "x".repeat(300)])),
        ask(
          `POST /bodies/${name}`,
          [chunked, "Trailer: X-Sum"],
          toChunks(["one"], ["X-Sum: 42", "X-Other: 1"]),
        ),
        ask(`POST /bodies/${name}`, [chunked, "X-Kind: empty"], toChunks([])),
        ask(`GET /bodies/${name}`, [], "a body of GET"),
        ask(`DELETE /bodies/${name}`),
        ask(`HEAD /bodies/${name}`, [], "a body of HEAD"),
      ]),
      {
        name: "an echo that goes to and fro",
        writes: [toBytes("POST /bodies/echo", [chunked], "3\r\none\r\n"), toChunks(["two", "three"])],
      },
    ],
  },
  {
    name: "Expect",
    statuses: [100, 200, 417],
    exchanges: [
      ...["json", "text", "form", "raw"].map((name): Exchange => {
        const type = {
          json,
          form,
          text: "Content-Type: text/plain",
          raw: "Content-Type: application/octet-stream",
        }[name];
        const head = toBytes(`POST /bodies/${name}`, [
          "Expect: 100-continue",
          `${type}`,
          "Content-Length: 4",
        ]);
        return { name: `100-continue for ${name}`, writes: [head, "[42]"] };
      }),
      ...["count", "iterate", "echo"].map((name): Exchange => {
        const head = toBytes(`PUT /bodies/${name}`, ["Expect: 100-continue", chunked]);
        return { name: `100-continue for ${name}`, writes: [head, toChunks(["in", "chunks"])] };
      }),
      ask("GET /facts/all", ["Expect: 100-continue"]),
      ask("HEAD /answers/text", ["Expect: 100-Continue"]),
      ask("GET /facts/all", ["Expect: a miracle"]),
      ask("POST /bodies/echo", ["Expect: a miracle"], "body"),
      ask("GET /facts/all HTTP/1.0", ["Expect: 100-continue"]),
    ],
  },
];
