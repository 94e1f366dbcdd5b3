import { Resource, Response, Router, get, openApi, post, put } from "colonnade";
import type { Mounts, VerbOptions } from "colonnade";
import { faultsOfOpenApi, operationsOf } from "./validators";

const info = { title: "Ids", version: "1" };

const idsOf = (mounts: Mounts) => operationsOf(openApi(info, mounts)).map(({ operationId }) => operationId);

class UserResource extends Resource {
  @get("/users")
  list() {
    return new Response();
  }

  @post("/users", { operationId: "addUser" })
  add() {
    return new Response();
  }
}

/** Another class of that name. */
function anotherUserResource(given: VerbOptions = {}): Resource {
  class UserResource extends Resource {
    @get("/others", given)
    list() {
      return new Response();
    }
  }
  return new UserResource();
}

describe("an operation's id", () => {
  it("is made of the names of class and method, or the one that is declared", () => {
    expect(idsOf({ "/": new UserResource() })).toEqual(["UserResource_list", "addUser"]);
  });

  it("is of the class that the instance is of, not of the one that declares the method", () => {
    class NoteResource extends Resource {
      @get("/notes")
      list() {
        return new Response();
      }
    }
    class DraftResource extends NoteResource {}
    const mounts = { "/": new NoteResource(), "/drafts": new DraftResource() };
    expect(idsOf(mounts)).toEqual(["NoteResource_list", "DraftResource_list"]);
  });

  it("has a number where a class is mounted several times, declared or not", () => {
    const mounts = { "/a": new UserResource(), "/b": [new UserResource()], "/c": new UserResource() };
    expect(idsOf(mounts)).toEqual([
      "UserResource_list",
      "addUser",
      "UserResource_list_2",
      "addUser_2",
      "UserResource_list_3",
      "addUser_3",
    ]);
  });

  it("has the HTTP method where a handler has several, and a number where it has one several times", () => {
    class NoteResource extends Resource {
      @post("/notes")
      @put("/notes/:id")
      @put("/drafts/:id")
      save() {
        return new Response();
      }
      @get("/a")
      @get("/b")
      show() {
        return new Response();
      }
    }
    expect(idsOf({ "/": new NoteResource() })).toEqual([
      "NoteResource_save_post",
      "NoteResource_save_put",
      "NoteResource_save_put_2",
      "NoteResource_show",
      "NoteResource_show_2",
    ]);
  });

  it("says what is absent of a path that has a parameter which may be", () => {
    class FileResource extends Resource {
      @get("/files/:path*", { operationId: "readFile" })
      read() {
        return new Response();
      }
    }
    expect(idsOf({ "/": new FileResource() })).toEqual(["readFile_without_path", "readFile"]);
  });

  it("is of the method and the path for a route that is no method's", () => {
    const answer = () => new Response();
    const router = new Router().registerRoutes([
      ["GET", "/", answer],
      ["GET", "/plain/:id?", answer],
      ["GET", "/a/b", answer],
      ["GET", "/a/:b", answer],
    ]);
    expect(idsOf({ "/": router })).toEqual([
      "get",
      "get_plain_id_without_id",
      "get_plain_id",
      "get_a_b",
      "get_a_b_2",
    ]);
  });

  it("is an identifier whatever the names are", async () => {
    const symbol = Symbol("a b");
    class Odd extends Resource {
      @get("/a")
      [symbol]() {
        return new Response();
      }
      @get("/b")
      "é - $"() {
        return new Response();
      }
    }
    const document = openApi(info, { "/": new Odd() });
    expect(operationsOf(document).map(({ operationId }) => operationId)).toEqual(["Odd_Symbol_a_b", "Odd_é"]);
    expect(await faultsOfOpenApi(document)).toEqual([]);
  });
});

describe("two operations with one id are refused, both named:", () => {
  class Same extends Resource {
    @get("/one", { operationId: "same" })
    one() {
      return new Response();
    }
    @post("/two", { operationId: "same" })
    two() {
      return new Response();
    }
  }
  class Twice extends Resource {
    @get("/one", { operationId: "same" })
    @get("/two", { operationId: "same" })
    answer() {
      return new Response();
    }
  }
  class Numbered extends Resource {
    @get("/one", { operationId: "Numbered_two_2" })
    one() {
      return new Response();
    }
    @get("/two")
    @get("/three")
    two() {
      return new Response();
    }
  }

  it.each<[string, Mounts, string, string, string]>([
    ["two that are declared", { "/": new Same() }, "same", "GET /one (Same.one)", "POST /two (Same.two)"],
    ["two of one method", { "/": new Twice() }, "same", "GET /one (Twice.answer)", "GET /two (Twice.answer)"],
    [
      "one that is declared, and one by a number",
      { "/": new Numbered() },
      "Numbered_two_2",
      "GET /one (Numbered.one)",
      "GET /three (Numbered.two)",
    ],
    [
      "two classes of one name",
      { "/": [new UserResource(), anotherUserResource()] },
      "UserResource_list",
      "GET /users (UserResource.list)",
      "GET /others (UserResource.list)",
    ],
    [
      "one that is declared, and one by its names",
      {
        "/": new Router()
          .registerRoutes(new UserResource())
          .registerRoutes(anotherUserResource({ operationId: "UserResource_list" })),
      },
      "UserResource_list",
      "GET /users (UserResource.list)",
      "GET /others (UserResource.list)",
    ],
  ])("%s", (_what, mounts, id, one, other) => {
    expect(() => openApi(info, mounts)).toThrow(
      `${one} and ${other} have one operation id, "${id}": give one of them another operationId`,
    );
  });

  it("not where a request would not reach the second", () => {
    class Hidden extends Resource {
      @get("/x", { operationId: "same" })
      one() {
        return new Response();
      }
      @get("/x", { operationId: "same" })
      two() {
        return new Response();
      }
    }
    expect(idsOf({ "/": new Hidden() })).toEqual(["same"]);
  });
});
