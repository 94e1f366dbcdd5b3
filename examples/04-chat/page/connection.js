/** In milliseconds: how long it waits before it tries again, at first and at most. */
const shortestWait = 500;
const longestWait = 15_000;

/** The server will not have it, and trying again would not help. */
export class Refusal extends Error {}

/**
 * Keeps a socket open: one that breaks is opened again, after a wait that doubles each time. One that
 * the server has closed with a code of the chat's own (4000 to 4999) stays closed.
 */
export class Connection {
  #socket;
  #timer;
  #failures = 0;
  #ended = false;

  /**
   * @param signIn - called before each attempt, since a server that was started anew knows nobody; what it
   *   throws fails the attempt, and a {@link Refusal} ends the connection.
   * @param events - `message(message)`, `trying()`, `lost(seconds, why)` and `ended(reason)`.
   */
  constructor(url, signIn, events) {
    this.url = url;
    this.signIn = signIn;
    this.events = events;
    addEventListener("online", this.#tryNow);
    void this.#open();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  close() {
    this.#end();
    this.#socket?.close(1000);
  }

  async #open() {
    this.events.trying();
    try {
      await oneAtATime(async () => {
        await this.signIn();
        if (!this.#ended) await this.#connect();
      });
    } catch (error) {
      if (error instanceof Refusal) this.#end(error.message);
      else this.#retry("The server can't be reached");
    }
  }

  /** Resolves when the handshake is over, whatever came of it. */
  #connect() {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.url);
      let opened = false;
      this.#socket = socket;
      socket.addEventListener("open", () => {
        opened = true;
        this.#failures = 0;
        resolve();
      });
      socket.addEventListener("message", ({ data }) => this.events.message(JSON.parse(data)));
      socket.addEventListener("close", ({ code, reason }) => {
        if (code >= 4000) this.#end(reason);
        else this.#retry(opened ? "The connection is lost" : "The server does not let this page in");
        resolve();
      });
    });
  }

  #retry(why) {
    if (this.#ended) return;
    const wait = Math.min(shortestWait * 2 ** this.#failures++, longestWait);
    // Not all at the same moment, when a server comes back to many.
    const delay = wait * (0.75 + Math.random() / 2);
    this.events.lost(Math.ceil(delay / 1000), why);
    this.#timer = setTimeout(this.#tryNow, delay);
  }

  #tryNow = () => {
    if (this.#timer === undefined) return; // it is not waiting
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#open();
  };

  #end(reason) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#tryNow);
    if (reason !== undefined) this.events.ended(reason);
  }
}

/**
 * The windows of a browser share the session: from signing in to the handshake, the name in it must be
 * that of one window. Browsers have locks only on localhost and behind https.
 */
function oneAtATime(task) {
  return navigator.locks === undefined ? task() : navigator.locks.request("sign-in", task);
}
