import { readFileSync } from "node:fs";
import { Server as PlainServer } from "node:http";
import { Server as SecureServer } from "node:https";
import { join } from "node:path";
import express from "express";
import { createServer } from "colonnade";
import type { CreateServerOptions } from "colonnade";

const pem = (name: string) => readFileSync(join(__dirname, "../fixtures/tls", name));
const [key, cert] = [pem("key.pem"), pem("cert.pem")];
const SNICallback = () => {};

describe("createServer", () => {
  it.each([
    ["key and cert", { key, cert }],
    ["SNICallback", { SNICallback }],
    ["SNICallback and a key", { SNICallback, key }],
  ])("makes an https.Server of %s", (_name, options) => {
    expect(createServer(express(), options as CreateServerOptions)).toBeInstanceOf(SecureServer);
  });

  it("makes one of pfx, which Node can't read here", () => {
    const options = { pfx: Buffer.from("no PKCS #12") } as CreateServerOptions;
    expect(() => createServer(express(), options)).toThrow(/PKCS|ASN|asn1|not enough data|wrong tag/i);
  });

  it.each([
    ["http.Server", PlainServer, {}],
    ["https.Server", SecureServer, { key, cert }],
  ])("gives an %s its own options", (_name, type, options) => {
    const server = createServer(express(), { ...options, requestTimeout: 1_234, keepAliveTimeout: 567 });
    expect(server).toBeInstanceOf(type);
    expect(server).toMatchObject({ requestTimeout: 1_234, keepAliveTimeout: 567 });
  });
});
