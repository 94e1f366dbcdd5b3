import { ErrorResponse, JsonResponse, Resource, get, post } from "colonnade";
import type { Request } from "colonnade";
import type { Notes } from "./notes";

export class NoteResource extends Resource {
  constructor(private readonly notes: Notes) {
    super();
  }

  @get("/api/notes")
  list() {
    return new JsonResponse(this.notes.all);
  }

  @get("/api/notes/:id")
  show({ matches }: Request<"/api/notes/:id">) {
    const note = this.notes.all.find(({ id }) => String(id) === matches.id);
    return note === undefined ? new ErrorResponse("no such note", 404) : new JsonResponse(note);
  }

  @post("/api/notes", { maxContentLength: 10_000 })
  async add(request: Request<"/api/notes">) {
    const text = (await request.text()).trim();
    if (text === "") throw new ErrorResponse("a note has a text");
    return new JsonResponse(this.notes.add(text), 201);
  }
}
