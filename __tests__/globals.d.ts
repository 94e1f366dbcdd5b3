/** How the test was compiled; set per project by jest.config.js. */
declare const DECORATORS: "tc39" | "experimental";

/** What `import "express"` gives; set per project by jest.config.js. */
declare const EXPRESS_MAJOR: 4 | 5;

/** What `import "ws"` gives, in the package as in express-ws; set per project by jest.config.js. */
declare const WS_MAJOR: 7 | 8;

// What the clients of tests are made of, whatever the server's ws is.
declare module "ws8" {
  export * from "ws";
  export { default, default as WebSocket } from "ws";
}

// The other releases of Express in our peer range; package.json says which is which.
declare module "express4" {
  import express from "express";
  export = express;
}
declare module "express-4.18" {
  import express from "express";
  export = express;
}
declare module "express-5.0" {
  import express from "express";
  export = express;
}
declare module "express-5.0-router-2.2" {
  import express from "express";
  export = express;
}
