// Run by loading.test.ts beside a build: uses one thing after the other, and prints what each has loaded.
const events = require("node:events");
const http = require("node:http");
const { Readable } = require("node:stream");
const { gzipSync } = require("node:zlib");
const express = require("express");

const home = require.resolve("colonnade").replace("main.js", "");
const seen = new Set(loaded());
const colonnade = require("colonnade");

/** The files of the package as `http/body`, other packages by their names, and parts of Node as `node:https`. */
function loaded() {
  const files = Object.keys(require.cache).map((file) =>
    file.startsWith(home)
      ? file.slice(home.length).replace(/\.js$/, "")
      : file.replace(/^.*node_modules\/([^/]+)\/.*$/, "$1"),
  );
  const builtins = process.moduleLoadList.map((name) => name.replace("NativeModule ", "node:"));
  return [...files, ...builtins.filter((name) => /^node:(https|tls|stream\/web)$/.test(name))];
}

/** Declares a route without the syntax of decorators. */
function declare(Class, member, decorator) {
  decorator(Class.prototype, member, Object.getOwnPropertyDescriptor(Class.prototype, member));
}

function resourceOf(decorator, method) {
  class Declared extends colonnade.Resource {
    method(request) {
      return method(request);
    }
  }
  declare(Declared, "method", decorator);
  return new Declared();
}

/** Mounts one route, and has it answer one request. */
async function answer(decorator, method, request = {}, body) {
  const server = http.createServer(express().use(resourceOf(decorator, method).router())).listen(0);
  await events.once(server, "listening");
  const req = http.request({ port: server.address().port, method: decorator.method, ...request }).end(body);
  const [res] = await events.once(req, "response");
  await events.once(res.resume(), "end");
  await new Promise((done) => server.close(done));
}

const json = { "content-type": "application/json" };
const steps = {
  require: () => colonnade,
  "declare a Resource": () => resourceOf(colonnade.get("/"), () => null).routes(),
  "mount it": () => resourceOf(colonnade.get("/"), () => null).router(),
  "answer a request": () => answer(colonnade.get("/"), () => new colonnade.JsonResponse({})),
  "read a body": () =>
    answer(colonnade.post("/"), (request) => echo(request.json()), { headers: json }, "{}"),
  "refuse a body": () =>
    answer(colonnade.post("/"), (request) => echo(request.json()), { headers: json }, "{"),
  "inflate a body": () =>
    answer(
      colonnade.post("/"),
      (request) => echo(request.text()),
      { headers: { "content-encoding": "gzip" } },
      gzipSync("a"),
    ),
  "read a message": () => answer(colonnade.post("/"), (request) => echo(request.message()), {}, "\0\x0f"),
  "write a message": () => answer(colonnade.get("/"), () => new colonnade.SerializableResponse(1)),
  "send a stream": () => answer(colonnade.get("/"), () => new colonnade.Response(Readable.from(["a"]))),
  "send a generator": () => answer(colonnade.get("/"), () => new colonnade.Response(generate())),
  "send events": () => answer(colonnade.get("/"), () => new colonnade.EventStreamResponse(["a"])),
  "send a file": () => answer(colonnade.get("/"), () => new colonnade.FileResponse(__filename)),
  "save a file": () =>
    answer(colonnade.get("/"), () => new colonnade.FileResponse(__filename, { download: true })),
  "dispatch a file": dispatchFile,
  "compress an answer": () => answer(colonnade.get("/"), () => new colonnade.Response("a", 200, {}, true)),
  "declare what is no path": () => {
    try {
      colonnade.get("/(a)");
    } catch {
      // It is refused.
    }
  },
  "mount a WebSocket": () => resourceOf(colonnade.websocket("/"), () => {}).router(),
  createServer: () => colonnade.createServer(express()),
  "createServer with TLS": () => colonnade.createServer(express(), { SNICallback() {} }),
  "open a WebSocket": connect,
  "pathJoinSafe.real": () => colonnade.pathJoinSafe.real("/", ""),
  "Serializable.dumpb": () => colonnade.Serializable.dumpb(1),
  "describe a Resource": () => colonnade.openApi({ title: "", version: "" }, {}),
  "serve documents": () => colonnade.docs({ title: "", version: "" }, {}),
  "new HTTPServer": () => new colonnade.HTTPServer(["127.0.0.1", 0]),
  "new HTTPClient": () => new colonnade.HTTPClient(["127.0.0.1", 1]),
  "HTTPClient.start": () => new colonnade.HTTPClient(["127.0.0.1", 1]).start(),
};

async function dispatchFile() {
  const request = new colonnade.Request(["127.0.0.1", 1], "GET", "/");
  const router = new colonnade.Router().registerRoutes([
    ["GET", "/", () => new colonnade.FileResponse(__filename)],
  ]);
  (await router.dispatch(request)).payload.destroy();
}

async function connect() {
  const app = express().use(resourceOf(colonnade.websocket("/"), () => {}).router());
  const server = colonnade.createServer(app).listen(0);
  await events.once(server, "listening");
  const headers = {
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": 13,
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  const [, socket] = await events.once(http.get({ port: server.address().port, headers }), "upgrade");
  socket.destroy();
  await new Promise((done) => server.close(done));
}

async function echo(reading) {
  return new colonnade.JsonResponse(await reading);
}

async function* generate() {
  yield "a";
}

/** Loads everything: `import` takes a value for each name, whichever are asked for. */
async function names() {
  return Object.keys(await import("colonnade"));
}

async function run() {
  const news = {};
  for (const [name, step] of Object.entries(steps)) {
    await step();
    news[name] = loaded().filter((each) => !seen.has(each) && seen.add(each));
  }
  console.log(JSON.stringify({ news, names: await names() }));
}

void run();
