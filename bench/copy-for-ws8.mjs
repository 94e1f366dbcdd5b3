// The same servers once more, where `require("ws")` finds ws 8.
import { cpSync } from "node:fs";

cpSync(new URL("dist", import.meta.url), new URL("ws8/dist", import.meta.url), { recursive: true });
