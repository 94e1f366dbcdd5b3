/** What kind of message a WebSocket handler is called with (RFC 6455, section 5.2). */
export enum WebSocketOpCode {
  /** The payload is text. */
  Text = 1,
  /** The payload is bytes. */
  Binary = 2,
  /** The connection was closed; the payload is empty. */
  Close = 8,
  /** A ping, which expects a pong. */
  Ping = 9,
  /** The answer to a ping. */
  Pong = 10,
  /** Not in the RFC: the connection was opened; the payload is empty. */
  Open = 255,
}
