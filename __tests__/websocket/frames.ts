/** The head of a handshake. */
export function handshake(target: string, ...headers: string[]): string {
  const required = [
    `GET ${target} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  return [...required, ...headers, "", ""].join("\r\n");
}

/** A frame of up to 125 bytes as a client sends it: masked, with a mask of zeros (RFC 6455, section 5.2). */
export function frame(opcode: number, payload: string | Buffer, first = 0x80): Buffer {
  const body = Buffer.from(payload as string);
  return Buffer.concat([Buffer.from([first | opcode, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
