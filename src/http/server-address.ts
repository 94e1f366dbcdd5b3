/** A server's host name or IP address, and its port. */
export type ServerAddress = readonly [host: string, port: number];
