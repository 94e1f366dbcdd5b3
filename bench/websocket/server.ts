// A process of its own for one of the servers. Argument: its name.
import type { AddressInfo } from "node:net";
import { report } from "../served";
import { servers } from "./servers";
import type { EchoName } from "./servers";

const create = servers[process.argv[2] as EchoName]; // the runner's own names
const server = create().listen(0, "127.0.0.1", () => report((server.address() as AddressInfo).port));
