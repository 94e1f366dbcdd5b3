// Before the first schema is made: zod would try `new Function`, which the page's policy forbids.
import { config } from "zod";

config({ jitless: true });
