// A process of its own for autocannon. It is sent an Order, and answers how many seconds that took.
import autocannon from "autocannon";

export const connections = 50;

export interface Order {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How many requests. */
  readonly amount: number;
  /** Of every answer. */
  readonly status: number;
}

/** Seconds, or what went wrong. */
export type Outcome = number | string;

function carryOut({ status, ...order }: Order): Promise<Outcome> {
  const start = performance.now();
  let last = start;
  return new Promise((resolve, reject) => {
    // It looks this often whether all have been answered.
    const options = { ...order, connections, sampleInt: 10, timeout: 60 };
    const run = autocannon(options, (error: Error | null, { errors, statusCodeStats }) => {
      if (error !== null) return reject(error);
      const answered = statusCodeStats?.[`${status}`]?.count ?? 0;
      const right = errors === 0 && answered === order.amount;
      return resolve(right ? (last - start) / 1_000 : `${errors} errors, ${JSON.stringify(statusCodeStats)}`);
    });
    run.on("response", () => {
      last = performance.now();
    });
  });
}

/** Keeps a process from sleeping: to wake it would cost the server, and a slow one more often than a quick one. */
async function awake<Result>(action: Promise<Result>): Promise<Result> {
  let done = false;
  const spin = () => {
    if (!done) setImmediate(spin);
  };
  spin();
  return action.finally(() => (done = true));
}

if (require.main === module) {
  process.on("message", (order: Order) => {
    void awake(carryOut(order)).then((outcome) => process.send?.(outcome));
  });
  process.on("disconnect", () => process.exit());
}
