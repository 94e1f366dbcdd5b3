import { ErrorResponse, JsonResponse, Resource, Response, del, get, param, post, put, use } from "colonnade";
import type { Request } from "colonnade";
import { signedIn } from "./account";
import { checkText, memberOf } from "./json-body";
import type { Library } from "./library";

interface Author {
  readonly id: number;
  readonly name: string;
}

export class AuthorResource extends Resource {
  constructor(private readonly library: Library) {
    super();
  }

  @get("/authors")
  @param("after", { description: "the id that the page begins behind", type: "integer" })
  list({ params }: Request<"/authors">) {
    const sql = "SELECT id, name FROM authors WHERE id > ? ORDER BY id LIMIT 50";
    return new JsonResponse(this.library.all<Author>(sql, params["after"]?.[0] ?? 0));
  }

  @post("/authors")
  async add(request: Request<"/authors">) {
    const name = checkText(memberOf(await request.json(), "name"), "name");
    const [author] = this.library.all<Author>("INSERT INTO authors (name) VALUES (?) RETURNING *", name);
    return new JsonResponse(author, 201);
  }

  @get("/authors/:id")
  show({ matches }: Request<"/authors/:id">) {
    const [author] = this.library.all<Author>("SELECT * FROM authors WHERE id = ?", matches.id);
    if (author === undefined) return new ErrorResponse("No such author", 404);
    const books = this.library.all("SELECT id, title FROM books WHERE author = ? ORDER BY id", author.id);
    return new JsonResponse({ ...author, books });
  }

  @put("/authors/:id")
  async rename(request: Request<"/authors/:id">) {
    const name = checkText(memberOf(await request.json(), "name"), "name");
    const sql = "UPDATE authors SET name = ? WHERE id = ? RETURNING *";
    const [author] = this.library.all<Author>(sql, name, request.matches.id);
    return author ? new JsonResponse(author) : new ErrorResponse("No such author", 404);
  }

  @del("/authors/:id")
  @use(signedIn)
  remove({ matches }: Request<"/authors/:id">) {
    const [author] = this.library.all("DELETE FROM authors WHERE id = ? RETURNING id", matches.id);
    return author ? new Response(null, 204) : new ErrorResponse("No such author", 404);
  }
}
