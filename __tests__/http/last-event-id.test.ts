import { Request, get, lastEventId } from "colonnade";

const request = (headers: Record<string, string | string[]>) =>
  new Request(["127.0.0.1", 1], "GET", "/", {}, "", headers);

describe("lastEventId(request)", () => {
  it.each<[string, Record<string, string | string[]>, string | undefined]>([
    ["no such header", {}, undefined],
    ["an empty one", { "Last-Event-ID": "" }, undefined],
    ["an id", { "Last-Event-ID": "5" }, "5"],
    ["two of them, of which it takes the first", { "last-event-id": ["5", "6"] }, "5"],
    ["UTF-8, as Node reads it", { "Last-Event-ID": Buffer.from("é–1").toString("latin1") }, "é–1"],
    ["Latin-1, which no browser sends", { "Last-Event-ID": "é" }, "é"],
    ["text that no header could hold, in a test", { "Last-Event-ID": "é–1" }, "é–1"],
  ])("reads %s", (_name, headers, expected) => {
    expect(lastEventId(request(headers))).toBe(expected);
  });

  it("takes the Request of any route", () => {
    const headers = { "~standard": { version: 1, vendor: "test", validate: () => ({ value: {} }) } } as const;
    const declared = get("/news/:topic", { headers });
    const read = (given: Request<"/news/:topic", { headers: typeof headers }>) => lastEventId(given);
    expect([declared.pattern, read.length]).toEqual(["/news/:topic", 1]);
  });
});
