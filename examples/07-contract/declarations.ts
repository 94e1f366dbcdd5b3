// What the server answers and the page calls: one file for both.
import { del, get, post, websocket } from "colonnade/declare";
import { z } from "zod";

const NewTask = z
  .object({ title: z.string().trim().min(1, "A task has a title").max(80) })
  .meta({ id: "NewTask" });
const Task = z.object({ id: z.number().int(), title: z.string(), done: z.boolean() }).meta({ id: "Task" });
export type Task = z.infer<typeof Task>;
const Refusal = z.object({ error: z.string() }).meta({ id: "Refusal" });
const byId = z.object({ id: z.coerce.number().int().positive() });

export const listTasks = get("/tasks", {
  summary: "The tasks, oldest first",
  query: z.object({ done: z.stringbool().optional() }),
  responses: { 200: z.array(Task) },
});

export const addTask = post("/tasks", {
  summary: "Add a task",
  body: NewTask,
  responses: { 201: Task, 409: Refusal },
});

export const completeTask = post("/tasks/:id/done", {
  summary: "Say that a task is done",
  matches: byId,
  responses: { 200: Task, 404: Refusal },
});

export const removeTask = del("/tasks/:id", {
  summary: "Remove a task",
  matches: byId,
  responses: { 204: null, 404: Refusal },
});

export const watchTasks = websocket("/tasks/changes", {
  summary: "The tasks, whenever they have changed",
  sends: z.array(Task),
});
