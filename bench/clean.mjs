import { rmSync } from "node:fs";

for (const folder of ["dist", "ws8/dist"]) {
  rmSync(new URL(folder, import.meta.url), { recursive: true, force: true });
}
