import type { Ledger } from "./ledger";
import { bomb, chunks, exchange, form, head, withBody } from "./raw-request";

const file = '--b\r\nContent-Disposition: form-data; name="cover"; filename="x"\r\n\r\n';

/** What is sent, and what may come back; "cut" is a connection that ends without an answer. */
const cases: readonly (readonly [name: string, bytes: Buffer, ...statuses: (number | "cut")[]])[] = [
  ["malformed JSON", withBody("POST /api/authors", '{"name":'), 400],
  ["JSON of another shape", withBody("POST /api/authors", '[{"name":{"$gt":""}}]'), 400],
  ["null as text", withBody("POST /api/authors", "null", "text/plain"), 400],
  ["__proto__ in JSON", withBody("POST /api/authors", '{"__proto__":{"name":"x"},"constructor":1}'), 400],
  ["an empty body", withBody("POST /api/authors", "", "text/plain"), 400],
  ["an unknown charset", withBody("POST /api/authors", "{}", "application/json; charset=x-none"), 415],
  ["an unknown coding", withBody("POST /api/authors", "{}", "text/plain", "Content-Encoding: x-none"), 415],
  ["a bomb for the app's parser", bomb("POST /api/authors", "application/json"), 413],
  ["a bomb for the Resource", bomb("POST /api/authors", "text/plain"), 413],
  ["too large for the app's parser", withBody("POST /api/authors", `"${"x".repeat(200_000)}"`), 413, "cut"],
  ["too large by declaration", head("POST /api/authors", "Content-Length: 99999999"), 413],
  ["too many chunks", chunks("POST /api/authors", 6_000_000, "text/plain"), 413, "cut"],
  ["a form of too many chunks", chunks("PUT /api/books/1/cover", 3_000_000, form, file), 413, "cut"],
  ["a form that ends too soon", withBody("PUT /api/books/1/cover", "--b\r\nContent-Dispo", form), 400],
  ["a form without a boundary", withBody("PUT /api/books/1/cover", "x", "multipart/form-data"), 400],
  ["%ZZ for a Resource", head("GET /api/authors/%ZZ"), 400],
  ["an escape that is no UTF-8", head("GET /api/books/%C3%28/cover"), 400],
  ["%ZZ for the app", head("GET /%ZZ"), 404],
  ["a NUL in the path", head("GET /api/authors/%00"), 404],
  ["SQL in the path", head("GET /api/authors/1%20OR%201%3D1%3B--"), 404],
  ["SQL in the query", head("GET /api/authors?after=1);DROP%20TABLE%20authors;--&after="), 200],
  ["SQL in a name", withBody("POST /api/authors", `{"name":"'); DROP TABLE authors; --"}`), 201, 409],
  ["a path that climbs", head("GET /api/../../etc/passwd"), 404],
  ["another method", head("PATCH /api/authors"), 404],
  ["DELETE without a session", head("DELETE /api/authors/1"), 401],
  ["a forged session", head("DELETE /api/authors/1", "Cookie: connect.sid=s%3Ax.y"), 401],
  ["a method that is none", head("CONSTRUCTOR /api/authors"), 400],
  ["two lengths", head("POST /api/authors", "Content-Length: 3", "Transfer-Encoding: chunked"), 400],
  ["a query of 30,000 bytes", head(`GET /api/authors?${"a&".repeat(15_000)}`), 431],
  ["a query of 5,000 names", head(`GET /api/authors?${"a&".repeat(5_000)}`), 200],
  ["no HTTP at all", Buffer.from("\x16\x03\x01\x02\0\x01\0\r\n\r\n", "latin1"), 400, "cut"],
];

/** Sends one of the cases, in turn. */
export async function sendBadInput(url: URL, turn: number, ledger: Ledger): Promise<void> {
  const [name, bytes, ...statuses] = cases[turn % cases.length] ?? ["none", Buffer.alloc(0)];
  ledger.answered(name, await exchange(url, bytes), statuses);
}
