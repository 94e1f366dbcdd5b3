import type { Express, Response as ExpressResponse } from "express";
import { etagFunctions } from "./case";
import type { Settings, Step } from "./case";

export function applySettings(app: Express, parent: Express, settings: Settings): void {
  const { etag, spaces, replacer, escape, poweredBy } = settings;
  app.set("etag", typeof etag === "string" ? (Reflect.get(etagFunctions, etag) ?? etag) : etag);
  // What is set on the parent, an app that is mounted in it inherits.
  parent.set("json spaces", spaces).set("json escape", escape);
  parent.set("json replacer", replacers[replacer]).set("x-powered-by", poweredBy);
  app.set("x-powered-by", poweredBy);
}

const replacers = {
  none: undefined,
  list: ["a", "b", 0],
  function: (key: string, value: unknown) => (typeof value === "number" ? `${key}<${value}>` : value),
};

/** Does to `res` what middleware does. */
export function act(step: Step, res: ExpressResponse): void {
  switch (step[0]) {
    case "set":
    case "append":
      res[step[0]](step[1], step[2] as string);
      break;
    case "setHeader":
      res.setHeader(step[1], step[2]);
      break;
    case "removeHeader":
    case "type":
    case "vary":
      res[step[0]](step[1]);
      break;
    case "cookie":
      res.cookie(step[1], "a b", { httpOnly: true, expires: new Date(0) });
      break;
    case "status":
      res.statusCode = step[1];
      break;
    case "statusMessage":
      res.statusMessage = step[1];
      break;
    case "no date":
      res.sendDate = false;
      break;
    case "no keep-alive":
      res.shouldKeepAlive = false;
      break;
    case "compression":
  }
}
