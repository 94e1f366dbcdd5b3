import { answerNames } from "./answers";
import { ask, askWithEach } from "./exchange";
import type { Category } from "./exchange";

const etags = ['"v1"', 'W/"v1"', '"v2"', '"v2", W/"v1"', "*", "v1"];
const dates = [
  "Wed, 01 Jan 2020 00:00:00 GMT",
  "Tue, 31 Dec 2019 23:59:59 GMT",
  "Fri, 01 Jan 2100 00:00:00 GMT",
  "nonsense",
];

export const answers: Category[] = [
  {
    name: "answers",
    statuses: [102, 103, 200, 201, 202, 203, 204, 205, 301, 302, 304, 403, 404, 406, 418, 500],
    exchanges: answerNames.flatMap((name) => [
      ask(`GET /answers/${name}`),
      ask(`HEAD /answers/${name}`),
      ask(`GET /answers/${name}`, ["If-None-Match: *", "Accept: text/html"]),
    ]),
  },
  {
    name: "JSONP",
    statuses: [200],
    exchanges: [
      "callback=f",
      "callback=a.b[0]",
      "callback=<f>",
      "callback[]=f&callback[]=g",
      "callback=",
    ].map((query) => ask(`GET /answers/jsonp?${query}`)),
  },
  {
    name: "conditional requests",
    statuses: [200, 304, 412],
    exchanges: [
      ...askWithEach("GET /facts/all", [
        ...etags.map((etag) => `If-None-Match: ${etag}`),
        ...dates.map((date) => `If-Modified-Since: ${date}`),
        'If-None-Match: "v2" | If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT',
        'If-None-Match: "v1" | Cache-Control: no-cache',
        'If-None-Match: "v1" | Cache-Control: max-age=0',
      ]),
      ...askWithEach("GET /static/letters.txt", [
        "If-None-Match: *",
        'If-None-Match: "other"',
        "If-Match: *",
        'If-Match: "other"',
        ...dates.map((date) => `If-Modified-Since: ${date}`),
        ...dates.map((date) => `If-Unmodified-Since: ${date}`),
      ]),
      ask("HEAD /facts/all", ['If-None-Match: "v1"']),
      ask("POST /facts/all", ['If-None-Match: "v1"']),
      ask("HEAD /static/letters.txt", ["If-None-Match: *"]),
    ],
  },
  {
    name: "compression",
    statuses: [200, 203, 206, 304],
    exchanges: [
      ...["long.txt", "letters.txt", "jsonp?callback=f", "render", "write", "trailer", "stream"].flatMap(
        (name) =>
          askWithEach(`GET /compressed/${name}`, [
            "Accept-Encoding: gzip",
            "Accept-Encoding: deflate, br;q=0.5",
            "Accept-Encoding: identity",
          ]),
      ),
      ...askWithEach("GET /compressed/long.txt", [
        "Accept-Encoding: br",
        "Accept-Encoding: *",
        "Accept-Encoding: gzip;q=0, *;q=0.1",
        "Accept-Encoding: nonsense",
        "Accept-Encoding:",
        "Accept-Encoding: gzip | Range: bytes=0-9",
        "Accept-Encoding: gzip | If-None-Match: *",
        "Accept-Encoding: gzip | Cache-Control: no-transform",
      ]),
      ask("HEAD /compressed/long.txt", ["Accept-Encoding: gzip"]),
      ask("GET /compressed/long.txt HTTP/1.0", ["Accept-Encoding: gzip"]),
    ],
  },
  {
    name: "CORS",
    statuses: [200, 204],
    exchanges: [
      ...["https://example.com", "https://evil.example.org", "null"].flatMap((origin) => [
        ask("GET /cors/json", [`Origin: ${origin}`]),
        ask("OPTIONS /cors/json", [`Origin: ${origin}`, "Access-Control-Request-Method: PUT"]),
        ask("OPTIONS /cors/text", [`Origin: ${origin}`, "Access-Control-Request-Headers: X-A, X-B"]),
      ]),
      ask("OPTIONS /cors/vary"),
    ],
  },
];
