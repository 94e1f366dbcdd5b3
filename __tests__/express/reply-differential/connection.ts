import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { Duplex } from "node:stream";

/** A connection as Node's server has it, without a socket: 100,000 of them take seconds. */
class MemoryConnection extends Duplex {
  readonly chunks: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

/** What came over a connection. */
export interface Received {
  readonly bytes: string;
  /** Whether the server has ended the connection behind it. */
  readonly ended: boolean;
}

/** Sends bytes over a connection, and gives what has come once `answered` has resolved, or the connection has ended. */
export type Send = (server: Server, request: string, answered: Promise<void>) => Promise<Received>;

export const sendInMemory: Send = async (server, request, answered) => {
  const connection = new MemoryConnection();
  const ended = new Promise<void>((resolve) => connection.once("finish", resolve).once("close", resolve));
  server.emit("connection", connection);
  connection.push(request, "latin1");
  await Promise.race([answered, ended]);
  const bytes = Buffer.concat(connection.chunks).toString("latin1");
  const received = { bytes, ended: connection.writableEnded || connection.destroyed };
  connection.destroy();
  return received;
};

/** The same over TCP; the server must listen. When its end comes is chance, and not told. */
export const sendOverSocket: Send = async (server, request, answered) => {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("latin1");
  let bytes = "";
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("data", (chunk: string) => (bytes += chunk)).on("error", () => {});
  socket.write(request, "latin1");
  await Promise.race([answered, closed]);
  socket.end();
  await closed;
  return { bytes, ended: false };
};
