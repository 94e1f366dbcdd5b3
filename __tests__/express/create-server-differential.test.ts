import { once } from "node:events";
import { createServer as createPlainServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "colonnade";
import { createApp } from "./differential/app";
import { answers } from "./differential/corpus-answers";
import { apps } from "./differential/corpus-apps";
import { bodies } from "./differential/corpus-bodies";
import { connections } from "./differential/corpus-connections";
import { facts } from "./differential/corpus-facts";
import { files } from "./differential/corpus-files";
import { exchange } from "./differential/exchange";

const categories = [...facts, ...answers, ...files, ...bodies, ...apps, ...connections];
const exchanges = categories.flatMap((category) => category.exchanges);

/** An app of its own behind a server of its own, so that what the app keeps is the same behind both. */
interface Side {
  readonly server: Server;
  readonly port: number;
  readonly log: readonly string[];
}

async function listen(create: (app: RequestListener) => Server): Promise<Side> {
  const log: string[] = [];
  const server = create(createApp(log));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, port: (server.address() as AddressInfo).port, log };
}

describe("createServer(app), beside http.createServer(app)", () => {
  let plain: Side;
  let ours: Side;
  beforeAll(async () => {
    plain = await listen((app) => createPlainServer(app));
    ours = await listen((app) => createServer(app));
  });
  afterAll(async () => {
    for (const { server } of [plain, ours]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each(categories)(
    "sends the same bytes: $name",
    async (category) => {
      const statuses = new Set<number>();
      for (const each of category.exchanges) {
        const [expected, received] = await Promise.all([
          exchange(plain.port, each),
          exchange(ours.port, each),
        ]);
        expect({ name: each.name, received }).toEqual({ name: each.name, received: expected });
        for (const [, status] of expected.matchAll(/HTTP\/1\.1 (\d{3}) /g)) statuses.add(Number(status));
      }
      expect([...statuses].toSorted((a, b) => a - b)).toEqual(category.statuses);
    },
    60_000,
  );

  it("has the app see the same requests, with the same answers", () => {
    expect(ours.log.toSorted()).toEqual(plain.log.toSorted());
  });
});

describe("the corpus", () => {
  it("has at least 300 requests, no two of them the same", () => {
    const distinct = new Set(exchanges.map(({ writes }) => writes.join("|")));
    expect(distinct.size).toBe(exchanges.length);
    expect(distinct.size).toBeGreaterThanOrEqual(300);
  });

  it("has several of each kind, each kind once", () => {
    expect(categories.filter(({ exchanges }) => exchanges.length < 5)).toEqual([]);
    expect(new Set(categories.map(({ name }) => name)).size).toBe(categories.length);
  });
});
