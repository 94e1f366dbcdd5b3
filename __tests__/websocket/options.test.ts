import { createServer as createPlainServer } from "node:http";
import express from "express";
import { Resource, Router, attachWebSockets, createServer, websocket } from "colonnade";
import type { AttachOptions, CreateServerOptions, WebSocketOptions } from "colonnade";

const bad: [option: string, value: unknown, message: string][] = [
  ["maxContentLength", Number.NaN, "NaN"],
  ["maxContentLength", -1, "-1"],
  ["maxContentLength", "5x", '"5x"'],
  ["heartbeat", -1, "-1"],
  ["heartbeat", 0.5, "0.5"],
  ["heartbeat", Infinity, "Infinity"],
  ["heartbeat", 2 ** 31, "2147483648"],
  ["heartbeat", "30s", '"30s"'],
  ["maxBuffered", -1, "-1"],
  ["maxBuffered", Number.NaN, "NaN"],
  ["maxBuffered", "1MB", '"1MB"'],
  ["protocols", "chat", '"chat"'],
  ["protocols", ["a b"], '"a b"'],
  ["protocols", [""], '""'],
  ["protocols", [1], "1"],
  ["origins", "https://example.org", '"https://example.org"'],
  ["origins", ["https://example.org/"], "https://example.org"],
  ["origins", ["https://Example.org"], "https://example.org"],
  ["origins", ["https://example.org:443"], "https://example.org"],
  ["origins", ["example.org"], '"example.org"'],
  ["origins", ["*"], '"*"'],
  ["origins", [null], "null"],
  ["control", "yes", '"yes"'],
  ["perMessageDeflate", {}, "not an object"],
];

describe("websocket() throws where it is declared", () => {
  it.each(bad)("for %s of %p", (option, value, message) => {
    const options = { [option]: value } as WebSocketOptions;
    const error = expect.objectContaining({
      code: "ERR_OPTION",
      message: expect.stringMatching(new RegExp(`${option}.*/ws`)) as string,
    }) as Error;
    expect(() => websocket("/ws", options)).toThrow(error);
    expect(() => websocket("/ws", options)).toThrow(message);
    expect(() => new Router().registerRoutes([["WEBSOCKET", "/ws", () => {}, options]])).toThrow(error);
  });

  it("for an option that there is not, which it names", () => {
    expect(() => websocket("/ws", { maxPayload: 5 } as WebSocketOptions)).toThrow(
      /maxPayload.*maxContentLength/,
    );
  });

  it("and not for what is good", () => {
    const good: WebSocketOptions = {
      maxContentLength: Infinity,
      heartbeat: 0,
      maxBuffered: 0,
      protocols: ["chat.v1", "x-1"],
      origins: ["https://example.org", "http://[::1]:8080", "null", "app://main"],
      control: true,
      perMessageDeflate: true,
    };
    class Good extends Resource {
      @websocket("/ws", good)
      ws() {}
    }
    expect(new Good().routes()).toMatchObject([["WEBSOCKET", "/ws", {}, good]]);
  });
});

describe("createServer and attachWebSockets name what they can't use", () => {
  it.each([undefined, null, {}, "app"])("for the app %p", (app) => {
    const given = app as express.Express;
    const error = (owner: string) =>
      expect.objectContaining({
        code: "ERR_OPTION",
        message: expect.stringContaining(`${owner}() takes an Express app`) as string,
      }) as Error;
    expect(() => createServer(given)).toThrow(error("createServer"));
    expect(() => attachWebSockets(createPlainServer(), given)).toThrow(error("attachWebSockets"));
  });

  it.each([undefined, null, {}, 80])("for the server %p", (server) => {
    expect(() => attachWebSockets(server as never, express())).toThrow(/attachWebSockets\(\) takes a server/);
  });

  it.each([
    [{ claims: true }, "claims"],
    [{ onError: "log" }, "onError"],
    [{ sendTimeout: -1 }, "sendTimeout"],
    [{ sendTimeout: Number.NaN }, "sendTimeout"],
    [{ sendTimeout: "60" }, "sendTimeout"],
    [{ sendTimeout: 0.5 }, "sendTimeout"],
    [{ sendTimeout: 2 ** 31 }, "sendTimeout"],
    [{ key: "key" }, "key without its cert"],
    [{ cert: "cert" }, "cert without its key"],
  ])("for the options %j", (options, message) => {
    expect(() => createServer(express(), options as unknown as CreateServerOptions)).toThrow(
      expect.objectContaining({
        code: "ERR_OPTION",
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it("for an option that attachWebSockets has not", () => {
    const options = { claim: () => true } as AttachOptions;
    expect(() => attachWebSockets(createPlainServer(), express(), options)).toThrow(/claim/);
  });
});
