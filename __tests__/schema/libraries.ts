import * as v from "valibot";
import { z } from "zod";
import type { type as arktype } from "arktype" with { "resolution-mode": "import" };
import type { Schema } from "colonnade";
import { loadEsModule } from "../es-module";

const { type: ark } = loadEsModule("arktype") as { type: typeof arktype };

/** The same schema, as each library has it: `{ name: string, age: number from a string, role: "user" by default }`. */
export const libraries: Readonly<Record<string, { sync: Schema; async: Schema }>> = {
  zod: {
    sync: z.object({ name: z.string().min(1), age: z.coerce.number(), role: z.string().default("user") }),
    async: z
      .object({ name: z.string().min(1), age: z.coerce.number(), role: z.string().default("user") })
      .refine(async ({ name }) => Promise.resolve(name !== "taken"), { path: ["name"], message: "is taken" }),
  },
  valibot: {
    sync: v.object({
      name: v.pipe(v.string(), v.minLength(1)),
      age: v.pipe(v.union([v.string(), v.number()]), v.transform(Number)),
      role: v.optional(v.string(), "user"),
    }),
    async: v.objectAsync({
      name: v.pipeAsync(
        v.string(),
        v.checkAsync(async (name) => Promise.resolve(name !== "taken"), "is taken"),
      ),
      age: v.pipe(v.union([v.string(), v.number()]), v.transform(Number)),
      role: v.optional(v.string(), "user"),
    }),
  },
  arktype: {
    sync: ark({ name: "string > 0", age: "string.numeric.parse | number", role: "string = 'user'" }),
    // It has no asynchronous schemas.
    async: ark({
      name: ["string", ":", (name, context) => name !== "taken" || context.reject("is taken")],
      age: "string.numeric.parse | number",
      role: "string = 'user'",
    }),
  },
};
