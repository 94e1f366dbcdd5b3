/** Shows what is said. What people write only ever becomes text, never markup. */
export class Log {
  #element;
  #shown = new Set();
  #lastName;

  constructor(element) {
    this.#element = element;
  }

  clear() {
    this.#element.replaceChildren();
    this.#shown.clear();
    this.#lastName = undefined;
  }

  /** Shows a message once, however often it is sent: the history comes again with each connection. */
  say({ id, at, name, text }, isOwn) {
    if (this.#shown.has(id)) return;
    this.#shown.add(id);
    const message = make("article", isOwn ? "message own" : "message");
    message.style.setProperty("--hue", hueOf(name));
    const author = make("span", isOwn || name === this.#lastName ? "unseen" : "author", name);
    const date = new Date(at);
    const time = make("time", "", date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    time.dateTime = date.toISOString();
    message.append(author, make("span", "text", text), time);
    this.#add(message);
    this.#lastName = name;
  }

  note(text, kind = "notice") {
    this.#add(make("p", kind, text));
    this.#lastName = undefined;
  }

  #add(element) {
    const log = this.#element;
    // Who has scrolled up to read is left there.
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    log.append(element);
    if (atEnd) log.scrollTop = log.scrollHeight;
  }
}

export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  element.dir = "auto";
  return element;
}

/** A colour by which to tell people apart: a hue, in degrees. */
function hueOf(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 360;
  return sum;
}
