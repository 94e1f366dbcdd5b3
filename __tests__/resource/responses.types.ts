// Compiled in both decorator modes, and never run: what may be returned where `responses` says what may be.
import { EventStreamResponse, FileResponse, Resource, get } from "colonnade";
import type { Request, ServerSentEvent } from "colonnade";

async function* events(): AsyncGenerator<ServerSentEvent> {
  yield { data: { a: 1 }, id: "1" };
}

export class Allowed extends Resource {
  @get("/events", { responses: { 200: null } })
  events() {
    return new EventStreamResponse(["a", { data: "b" }]);
  }

  @get("/later/:topic")
  async later(_request: Request<"/later/:topic">) {
    return new EventStreamResponse(events(), { retry: 1_000 });
  }

  @get("/file", { responses: { 200: null } })
  file() {
    return new FileResponse("/srv/a.txt");
  }

  @get("/gone", { responses: { 200: null, 410: null } })
  gone() {
    return new FileResponse("gone.html", { root: "/srv", statusCode: 410 });
  }
}

export class Refused extends Resource {
  // @ts-expect-error -- 410 is none of the responses
  @get("/gone", { responses: { 200: null } })
  // prettier-ignore
  gone() {
    return new FileResponse("/srv/gone.html", { statusCode: 410 });
  }
}

export const refused = [
  // @ts-expect-error -- an event is a string or an object
  new EventStreamResponse([5]),
  // @ts-expect-error -- with keys of an event
  new EventStreamResponse([{ daat: 1 }]),
  // @ts-expect-error -- an id is a string
  new EventStreamResponse([{ id: 1 }]),
  // @ts-expect-error -- no such option
  new FileResponse("/srv/a.txt", { maxage: 5 }),
];
