// What `colonnade/client` is: it loads neither Express nor a module of Node's.

export { createClient } from "./call/fetch-client";
export type { CallOptions, Client, ClientOptions, FetchDetails } from "./call/fetch-client";
export type { CallAnswer, CallInput, Callable, ParameterValue, QueryInput } from "./call/call-types";
export type { ConnectOptions, ReceivedFrom, SentTo, SocketClient } from "./call/socket-client";
export type { Refusal, WebSocketClass } from "./call/web-socket";
