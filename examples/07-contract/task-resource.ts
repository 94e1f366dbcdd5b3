import { Channel, ErrorResponse, JsonResponse, Resource, Response, WebSocketOpCode } from "colonnade";
import type { RequestOf } from "colonnade";
import { addTask, completeTask, listTasks, removeTask, watchTasks } from "./declarations";
import type { Task } from "./declarations";

export class TaskResource extends Resource {
  readonly #tasks = new Map<number, Task>();
  readonly #watching = new Channel();
  #count = 0;

  @listTasks
  list({ query }: RequestOf<typeof listTasks>) {
    const all = [...this.#tasks.values()];
    return new JsonResponse(query.done === undefined ? all : all.filter(({ done }) => done === query.done));
  }

  @addTask
  async add(request: RequestOf<typeof addTask>) {
    const { title } = await request.json();
    const isThere = [...this.#tasks.values()].some((task) => task.title === title);
    if (isThere) return new ErrorResponse(`"${title}" is there already`, 409);
    return new JsonResponse(this.#keep({ id: ++this.#count, title, done: false }), 201);
  }

  @completeTask
  complete({ matches }: RequestOf<typeof completeTask>) {
    const task = this.#tasks.get(matches.id);
    if (task === undefined) return new ErrorResponse("no such task", 404);
    return new JsonResponse(this.#keep({ ...task, done: true }));
  }

  @removeTask
  remove({ matches }: RequestOf<typeof removeTask>) {
    if (!this.#tasks.delete(matches.id)) return new ErrorResponse("no such task", 404);
    this.#publish();
    return new Response(null, 204);
  }

  @watchTasks
  async watch(socket: RequestOf<typeof watchTasks>, opcode: WebSocketOpCode) {
    if (opcode !== WebSocketOpCode.Open) return;
    this.#watching.join(socket);
    await socket.send([...this.#tasks.values()]);
  }

  #keep(task: Task): Task {
    this.#tasks.set(task.id, task);
    this.#publish();
    return task;
  }

  #publish(): void {
    void this.#watching.publish(JSON.stringify([...this.#tasks.values()]));
  }
}
