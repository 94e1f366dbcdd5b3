import { join } from "node:path";

/** The folder of this package; compiled, this file is in its `dist`. */
export const bench = join(__dirname, "..");
