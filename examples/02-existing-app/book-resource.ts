import { ErrorResponse, JsonResponse, Resource, Response, del, get, post, put, use } from "colonnade";
import type { Request } from "colonnade";
import { signedIn } from "./account";
import { receiveCover } from "./cover";
import { checkText, memberOf } from "./json-body";
import type { Library } from "./library";

export class BookResource extends Resource {
  constructor(private readonly library: Library) {
    super();
  }

  /** Adds several books in one transaction: when one of them can't be added, none is. */
  @post("/authors/:id/books")
  async add(request: Request<"/authors/:id/books">) {
    const titles = memberOf(await request.json(), "titles");
    if (!Array.isArray(titles)) throw new ErrorResponse("titles must be a list of texts", 400);
    const books = this.library.transaction(() => {
      const [author] = this.library.all("SELECT id FROM authors WHERE id = ?", request.matches.id);
      if (author === undefined) throw new ErrorResponse("No such author", 404);
      return titles.flatMap((title) => this.#insert(request.matches.id, checkText(title, "each title")));
    });
    return new JsonResponse(books, 201);
  }

  @get("/books/:id")
  show({ matches }: Request<"/books/:id">) {
    const [book] = this.library.all("SELECT id, title, author FROM books WHERE id = ?", matches.id);
    return book ? new JsonResponse(book) : new ErrorResponse("No such book", 404);
  }

  @del("/books/:id")
  @use(signedIn)
  remove({ matches }: Request<"/books/:id">) {
    const [book] = this.library.all("DELETE FROM books WHERE id = ? RETURNING id", matches.id);
    return book ? new Response(null, 204) : new ErrorResponse("No such book", 404);
  }

  /** A form with a file, which multer reads: it is what Express's own `req` then holds. */
  @put("/books/:id/cover", { maxContentLength: 1_048_576 })
  @use(receiveCover)
  setCover({ matches, raw }: Request<"/books/:id/cover">) {
    const cover = raw.file?.buffer;
    if (cover === undefined) return new ErrorResponse("Send the cover as a form's file named cover", 400);
    const [book] = this.library.all(
      "UPDATE books SET cover = ? WHERE id = ? RETURNING id",
      cover,
      matches.id,
    );
    return book ? new JsonResponse({ bytes: cover.length }) : new ErrorResponse("No such book", 404);
  }

  @get("/books/:id/cover")
  showCover({ matches }: Request<"/books/:id/cover">) {
    const sql = "SELECT cover FROM books WHERE id = ? AND cover IS NOT NULL";
    const [book] = this.library.all<{ cover: Uint8Array }>(sql, matches.id);
    if (book === undefined) return new ErrorResponse("No such cover", 404);
    return new Response(book.cover, 200, { "Content-Type": "application/octet-stream" });
  }

  #insert(author: string, title: string) {
    return this.library.all(
      "INSERT INTO books (author, title) VALUES (?, ?) RETURNING id, title",
      author,
      title,
    );
  }
}
