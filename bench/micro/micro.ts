// Matching, replying and the binary format by themselves, in one process. Usage: npm run bench:micro
import { run } from "mitata";
import { declareCodec } from "./codec";
import { declareMatching } from "./matching";
import { declareReply } from "./reply";

async function main(): Promise<void> {
  declareMatching();
  declareReply();
  declareCodec();
  await run();
}

void main();
