import "./no-eval";
import { createClient } from "colonnade/client";
import { addTask, completeTask, removeTask, watchTasks } from "../declarations";
import type { Task } from "../declarations";

const client = createClient("/api");
const list = document.querySelector("ul") as HTMLUListElement; // index.html has all of these
const form = document.querySelector("form") as HTMLFormElement;
const title = form.elements.namedItem("title") as HTMLInputElement;
const alert = document.querySelector("[role=alert]") as HTMLElement;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void add();
});

async function add(): Promise<void> {
  const answer = await client.call(addTask, { body: { title: title.value } });
  alert.textContent = "";
  if (answer.statusCode === 201) form.reset();
  else if (answer.statusCode === 409) alert.textContent = answer.payload.error;
  else alert.textContent = issueOf(answer.payload);
}

/** What a schema has said of the request. */
function issueOf(payload: unknown): string {
  const { issues = [] } = payload as { issues?: { message: string }[] };
  return issues[0]?.message ?? "That did not work";
}

function show(tasks: readonly Task[]): void {
  list.replaceChildren(...tasks.map(toItem));
}

function toItem({ id, title: text, done }: Task): HTMLLIElement {
  const item = document.createElement("li");
  const label = document.createElement(done ? "s" : "span");
  label.textContent = text;
  const button = document.createElement("button");
  button.textContent = done ? "Remove" : "Done";
  const input = { matches: { id } };
  button.addEventListener("click", () => {
    void (done ? client.call(removeTask, input) : client.call(completeTask, input));
  });
  item.append(label, " ", button);
  return item;
}

async function watch(): Promise<void> {
  for await (const tasks of client.connect(watchTasks)) show(tasks);
}
void watch();
