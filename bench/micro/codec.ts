import { bench, do_not_optimize, group, summary } from "mitata";
import { Packr } from "msgpackr";
import { Serializable } from "colonnade";
import { subjects } from "../serializable/subjects";

const packr = new Packr({ useRecords: false });

/** A message written and read. `npm run bench:serializable` takes longer, and gives CPU time. */
export function declareCodec(): void {
  for (const { name, message, plain, packable } of subjects) {
    const [bytes, json, packed] = [message.dumpb(), JSON.stringify(plain), packr.pack(packable)];
    group(`write ${name}`, () => {
      summary(() => {
        bench("Serializable", () => do_not_optimize(message.dumpb()));
        bench("JSON", () => do_not_optimize(JSON.stringify(plain)));
        bench("msgpackr", () => do_not_optimize(packr.pack(packable)));
      });
    });
    group(`read ${name}`, () => {
      summary(() => {
        bench("Serializable", () => do_not_optimize(Serializable.loadb(bytes)));
        bench("JSON", () => do_not_optimize(JSON.parse(json)));
        bench("msgpackr", () => do_not_optimize(packr.unpack(packed)));
      });
    });
  }
}
