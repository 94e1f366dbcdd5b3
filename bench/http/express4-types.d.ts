/** What the benchmark uses of Express 4 has the types of Express 5. */
declare module "express4" {
  import express from "express";
  export default express;
}
