import { Connection, Refusal } from "./connection.js";
import { Log, make } from "./log.js";

const byId = (id) => document.getElementById(id);
const { name: nameField, room: roomField } = byId("sign-in").elements;
const textField = byId("text");
const log = new Log(byId("log"));

const room = decodeURIComponent(location.pathname.split("/")[2]);
let name = sessionStorage.getItem("name"); // of this window only; a reload keeps it
let connection;
let people = [];
let wasLost = false;

/** Before a window is in a room, or when it no longer is. */
function showDoor(reason) {
  sessionStorage.removeItem("name");
  byId("inside").hidden = true;
  byId("door").hidden = false;
  byId("refusal").hidden = reason === undefined;
  byId("refusal").textContent = reason ?? "";
  nameField.focus();
}

function join() {
  sessionStorage.setItem("name", name);
  byId("door").hidden = true;
  byId("inside").hidden = false;
  byId("title").textContent = room;
  log.clear();
  wasLost = false;
  const url = location.href.replace(/^http/, "ws").replace(/[?#].*/, "");
  connection = new Connection(url, signIn, { message: receive, trying, lost, ended: showDoor });
  textField.focus();
}

/** Another room is another page, where the name is asked for no more. */
async function goTo(wanted) {
  const address = `/rooms/${encodeURIComponent(wanted)}`;
  const response = await fetch(address);
  if (!response.ok) return showDoor((await response.json()).error);
  sessionStorage.setItem("name", name);
  location.assign(address);
}

async function signIn() {
  const body = JSON.stringify({ name });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/session", { method: "PUT", headers, body });
  if (response.status === 400) throw new Refusal((await response.json()).error);
  if (!response.ok) throw new Error(`The sign-in was answered with ${response.status}`);
}

function trying() {
  showStatus(wasLost ? "Connecting again…" : "Connecting…", "trying");
}

function lost(seconds, why) {
  if (!wasLost) log.note(why, "warning");
  wasLost = true;
  showStatus(`${why}. Trying again in ${seconds} s…`, "lost");
}

function receive(message) {
  switch (message.type) {
    case "welcome":
      if (wasLost) log.note("Connected again");
      wasLost = false;
      showStatus(`Connected as ${message.you}`, "connected");
      for (const said of message.history) log.say(said, said.name === name);
      showPeople(message.people);
      break;
    case "joined":
      log.note(`${message.name} has joined`);
      showPeople([...people, message.name]);
      break;
    case "left":
      log.note(
        message.by === undefined
          ? `${message.name} has left`
          : `${message.name} was sent away by ${message.by}`,
      );
      showPeople(people.filter((each) => each !== message.name));
      break;
    case "said":
      log.say(message, message.name === name);
      break;
    case "error":
      log.note(message.error, "warning");
      break;
  }
}

function showPeople(names) {
  people = names;
  byId("people").replaceChildren(
    ...names.map((each) => make("li", "", each === name ? `${each} (you)` : each)),
  );
}

function showStatus(text, state) {
  byId("status").textContent = text;
  byId("status").dataset.state = state;
  byId("send").disabled = state !== "connected";
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  name = nameField.value.trim();
  const wanted = roomField.value.trim();
  if (wanted === room) join();
  else goTo(wanted).catch(() => showDoor("The server can't be reached"));
});

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = textField.value.trim();
  if (text === "" || !connection.isOpen) return;
  const [, kicked] = /^\/kick\s+(.+)$/.exec(text) ?? [];
  connection.send(kicked === undefined ? { type: "say", text } : { type: "kick", name: kicked });
  textField.value = "";
});

byId("leave").addEventListener("click", () => {
  connection.close();
  showDoor();
});

document.title = `${room} – Chat`;
roomField.value = room;
if (name === null) showDoor();
else join();
