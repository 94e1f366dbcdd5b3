import { JsonResponse, Request, Resource, get, header, param, post, put, use } from "colonnade";
import type { Response, Route } from "colonnade";
import express from "express";
import type { RequestHandler } from "express";
import supertest from "supertest";

/** Each route as `GET /path`, in order. */
function listOf(resource: Resource): string[] {
  return resource.routes().map(([method, pattern]) => `${method} ${pattern}`);
}

/** What the route of a pattern answers. */
async function call(resource: Resource, pattern: string): Promise<unknown> {
  const route = resource.routes().find((each) => each[1] === pattern);
  if (route === undefined) throw new Error(`no route ${pattern}`);
  const answer = await route[2](new Request(["127.0.0.1", 0], "GET", pattern));
  return (answer as Response).payload;
}

/** The names of the middleware before the only route of a pattern: its class's, its own. */
function guardsOf(resource: Resource, pattern: string): [group: string[], own: string[]] {
  const [, , , { group, middleware = [] } = {}] = resource.routes().find((each) => each[1] === pattern) ?? [];
  return [(group?.middleware ?? []).map(nameOf), middleware.map(nameOf)];
}

function nameOf({ name }: { name: string }): string {
  return name;
}

/** Middleware by a name. */
function guard(name: string): RequestHandler {
  const run: RequestHandler = (_req, res, next) => {
    res.append("X-Trail", name);
    next();
  };
  return Object.defineProperty(run, "name", { value: name });
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Someone else's decorator: puts a note in front of what the method answers, in either decorator mode. */
function noting(note: string) {
  return (...decorated: unknown[]): void => {
    const [value, , descriptor] = decorated as [unknown, unknown, PropertyDescriptor?];
    const method = (descriptor?.value ?? value) as Method;
    const replacement: Method = function (...values) {
      return new JsonResponse(`${note} ${String((method.apply(this, values) as JsonResponse).payload)}`);
    };
    if (descriptor !== undefined) descriptor.value = replacement;
    else return replacement as never; // what a TC39 decorator returns replaces the method
  };
}

class Base extends Resource {
  protected greeting = "base";

  @get("/first")
  first() {
    return new JsonResponse(`${this.greeting} first`);
  }

  @use(guard("base"))
  @get("/second")
  second(): JsonResponse<string> {
    return new JsonResponse(`${this.greeting} second`);
  }

  @post("/third")
  third() {
    return new JsonResponse(`${this.greeting} third`);
  }
}

describe("Resource.routes()", () => {
  it("gives tuples of method, pattern, callback and options", () => {
    class Users extends Resource {
      @header("X-Tenant", { required: true })
      @header("X-Trace")
      @param("page", { type: "integer", description: "from 1" })
      @use(guard("own"))
      @get("/user/:id", { maxContentLength: 0 })
      show() {
        return new JsonResponse(null);
      }

      @post("/user")
      create() {
        return new JsonResponse(null, 201);
      }
    }
    const routes: Route[] = new Users().routes();
    expect(routes).toEqual([
      [
        "GET",
        "/user/:id",
        expect.any(Function),
        {
          maxContentLength: 0,
          middleware: [expect.any(Function)],
          headers: [{ name: "X-Tenant", required: true }, { name: "X-Trace" }],
          params: [{ name: "page", type: "integer", description: "from 1" }],
        },
      ],
      ["POST", "/user", expect.any(Function), { maxContentLength: 5_242_880 }],
    ]);
  });

  it("gives callbacks that are bound to the instance and named after the method", async () => {
    const [[, , first] = []] = new Base().routes();
    const request = new Request(["127.0.0.1", 0], "GET", "/first");
    expect(await first?.call(undefined, request)).toMatchObject({ payload: "base first" });
    expect(first?.name).toBe("Base.first");
  });

  it("gives each instance its own callbacks", async () => {
    class Greeter extends Resource {
      readonly #name: string;
      constructor(name: string) {
        super();
        this.#name = name;
      }

      @get("/")
      greet() {
        return new JsonResponse(this.#name);
      }
    }
    const [ada, bob] = [new Greeter("ada"), new Greeter("bob")];
    expect([await call(ada, "/"), await call(bob, "/")]).toEqual(["ada", "bob"]);
  });

  it("gives a new list each time", () => {
    const base = new Base();
    base.routes().pop();
    expect(base.routes()).toHaveLength(3);
  });

  it("is empty for a class without routes", () => {
    class Empty extends Resource {}
    expect(new Empty().routes()).toEqual([]);
  });

  it("gives several routes of one method in source order", () => {
    class Several extends Resource {
      @get("/a")
      @post("/b")
      @put("/a")
      first() {
        return new JsonResponse(null);
      }

      @get("/c")
      second() {
        return new JsonResponse(null);
      }
    }
    expect(listOf(new Several())).toEqual(["GET /a", "POST /b", "PUT /a", "GET /c"]);
  });

  it("calls what stands in the method's place when a request comes", async () => {
    const base = new Base();
    const app = express().use(base.router());
    const spy = jest.spyOn(base, "first").mockReturnValue(new JsonResponse("spied"));
    await supertest(app).get("/first").expect(200, '"spied"');
    spy.mockRestore();
    await supertest(app).get("/first").expect(200, '"base first"');
  });

  it("names a method that is no longer one", () => {
    const broken = Object.assign(new Base(), { first: "gone" });
    expect(() => broken.routes()).toThrow('Base.first has a route, but is "gone" in the instance');
  });

  it("knows a method by its symbol", async () => {
    const named = Symbol("named");
    class Symbols extends Resource {
      @get("/symbol")
      [named]() {
        return new JsonResponse("symbol");
      }

      @get("/string")
      named() {
        return new JsonResponse("string");
      }
    }
    const symbols = new Symbols();
    expect([await call(symbols, "/symbol"), await call(symbols, "/string")]).toEqual(["symbol", "string"]);
    expect(symbols.routes()[0]?.[2].name).toBe("Symbols.Symbol(named)");
  });

  it("knows methods by names that every object has", () => {
    class Names extends Resource {
      @get("/string")
      override toString(): never {
        throw new Error("unused");
      }

      @get("/has")
      override hasOwnProperty(): never {
        throw new Error("unused");
      }
    }
    expect(listOf(new Names())).toEqual(["GET /string", "GET /has"]);
  });

  it("is complete in the constructor of the class itself", () => {
    const seen: string[][] = [];
    class Early extends Resource {
      constructor() {
        super();
        seen.push(listOf(this));
      }

      @get("/early")
      early() {
        return new JsonResponse(null);
      }
    }
    expect([listOf(new Early()), seen]).toEqual([["GET /early"], [["GET /early"]]]);
  });

  it("is complete after construction, though a base's constructor asked for it before", () => {
    abstract class Eager extends Resource {
      constructor() {
        super();
        this.routes();
      }

      @get("/base")
      base() {
        return new JsonResponse(null);
      }
    }
    class Sub extends Eager {
      @get("/sub")
      sub() {
        return new JsonResponse(null);
      }
    }
    expect(listOf(new Sub())).toEqual(["GET /base", "GET /sub"]);
  });
});

describe("a subclass", () => {
  class Sub extends Base {
    protected override greeting = "sub";

    @get("/fourth")
    fourth() {
      return new JsonResponse(`${this.greeting} fourth`);
    }
  }

  it("has its base's routes first, with its own `this`", async () => {
    const sub = new Sub();
    expect(listOf(sub)).toEqual(["GET /first", "GET /second", "POST /third", "GET /fourth"]);
    expect([await call(sub, "/first"), await call(sub, "/fourth")]).toEqual(["sub first", "sub fourth"]);
  });

  it("gives its base nothing", () => {
    expect([listOf(new Sub()), listOf(new Base())]).toEqual([
      ["GET /first", "GET /second", "POST /third", "GET /fourth"],
      ["GET /first", "GET /second", "POST /third"],
    ]);
  });

  it.each(["before", "after"])("has the same routes when its base is constructed %s it", (when) => {
    class Fresh extends Resource {
      @get("/base")
      base() {
        return new JsonResponse(null);
      }
    }
    class FreshSub extends Fresh {
      @get("/sub")
      sub() {
        return new JsonResponse(null);
      }
    }
    const classes = when === "before" ? [Fresh, FreshSub] : [FreshSub, Fresh];
    const lists = classes.map((each) => listOf(new each()));
    expect(lists).toContainEqual(["GET /base"]);
    expect(lists).toContainEqual(["GET /base", "GET /sub"]);
  });

  it("gives its sibling nothing", () => {
    class Left extends Base {
      @get("/left")
      @use(guard("left"))
      override first() {
        return super.first();
      }
    }
    class Right extends Base {
      @get("/right")
      right() {
        return new JsonResponse(null);
      }
    }
    expect([listOf(new Left()), listOf(new Right())]).toEqual([
      ["GET /left", "GET /second", "POST /third"],
      ["GET /first", "GET /second", "POST /third", "GET /right"],
    ]);
    expect(guardsOf(new Right(), "/first")).toEqual([[], []]);
  });

  it("of a subclass has all of their routes", () => {
    class SubSub extends Sub {
      @get("/fifth")
      fifth() {
        return new JsonResponse(null);
      }
    }
    expect(listOf(new SubSub()).slice(-2)).toEqual(["GET /fourth", "GET /fifth"]);
  });
});

describe("an override", () => {
  it("without a decorator keeps route and middleware, and is what runs", async () => {
    class Sub extends Base {
      override second() {
        return new JsonResponse("override");
      }
    }
    const sub = new Sub();
    expect(listOf(sub)).toEqual(["GET /first", "GET /second", "POST /third"]);
    expect(guardsOf(sub, "/second")).toEqual([[], ["base"]]);
    expect([await call(sub, "/second"), await call(new Base(), "/second")]).toEqual([
      "override",
      "base second",
    ]);
  });

  it("reaches the method that it overrides by `super`", async () => {
    class Sub extends Base {
      override second() {
        return new JsonResponse(`override of ${super.second().payload}`);
      }
    }
    expect(await call(new Sub(), "/second")).toBe("override of base second");
  });

  it("with a route decorator replaces all that was declared, in its base's position", async () => {
    class Sub extends Base {
      @get("/replaced")
      @header("X-New")
      override second() {
        return new JsonResponse("override");
      }
    }
    const sub = new Sub();
    expect(listOf(sub)).toEqual(["GET /first", "GET /replaced", "POST /third"]);
    expect(guardsOf(sub, "/replaced")).toEqual([[], []]);
    expect(await call(sub, "/replaced")).toBe("override");
    expect(listOf(new Base())).toContain("GET /second");
  });

  it("with several route decorators replaces by all of them", () => {
    class Sub extends Base {
      @get("/one")
      @get("/two")
      override second() {
        return super.second();
      }
    }
    expect(listOf(new Sub())).toEqual(["GET /first", "GET /one", "GET /two", "POST /third"]);
  });

  it("with a route decorator replaces an override that had one", () => {
    class Sub extends Base {
      @use(guard("sub"))
      @get("/sub")
      override second() {
        return super.second();
      }
    }
    class SubSub extends Sub {
      @get("/sub-sub")
      override second() {
        return super.second();
      }
    }
    expect(listOf(new SubSub())).toEqual(["GET /first", "GET /sub-sub", "POST /third"]);
    expect(guardsOf(new SubSub(), "/sub-sub")).toEqual([[], []]);
  });

  it("with the declaration of its base replaces too", () => {
    const declared = get("/kept");
    class Kept extends Resource {
      @use(guard("base"))
      @declared
      kept() {
        return new JsonResponse(null);
      }
    }
    class Sub extends Kept {
      @declared
      override kept() {
        return super.kept();
      }
    }
    expect([listOf(new Sub()), guardsOf(new Sub(), "/kept")]).toEqual([["GET /kept"], [[], []]]);
  });

  it("with @use, @header or @param alone adds to what it inherits, base first", () => {
    class Documented extends Resource {
      @use(guard("a"), guard("b"))
      @header("X-Base")
      @param("base")
      @get("/")
      show() {
        return new JsonResponse(null);
      }
    }
    class Sub extends Documented {
      @use(guard("c"))
      @header("X-Sub")
      @param("sub")
      override show() {
        return super.show();
      }
    }
    class SubSub extends Sub {
      @use(guard("d"))
      override show() {
        return super.show();
      }
    }
    expect([Documented, Sub, SubSub].map((each) => guardsOf(new each(), "/")[1])).toEqual([
      ["a", "b"],
      ["a", "b", "c"],
      ["a", "b", "c", "d"],
    ]);
    expect(new SubSub().routes()[0]?.[3]).toMatchObject({
      headers: [{ name: "X-Base" }, { name: "X-Sub" }],
      params: [{ name: "base" }, { name: "sub" }],
    });
  });

  it("keeps the middleware of a base that declared no route", () => {
    abstract class Guarded extends Resource {
      @use(guard("base"))
      show() {
        return new JsonResponse(null);
      }
    }
    class Sub extends Guarded {
      @use(guard("sub"))
      @get("/")
      override show() {
        return new JsonResponse(null);
      }
    }
    expect(guardsOf(new Sub(), "/")).toEqual([[], ["base", "sub"]]);
  });
});

describe("another decorator that wraps the method", () => {
  class Wrapped extends Resource {
    readonly #secret = "kept";

    @noting("outside")
    @get("/outside")
    outside() {
      return new JsonResponse(this.#secret);
    }

    @get("/inside")
    @noting("inside")
    inside() {
      return new JsonResponse(this.#secret);
    }

    @get("/above")
    @noting("between")
    @get("/below")
    between() {
      return new JsonResponse(this.#secret);
    }
  }

  class Sub extends Wrapped {
    @noting("override")
    override inside() {
      return super.inside();
    }
  }

  it("does not lose the route", () => {
    expect(listOf(new Wrapped())).toEqual(["GET /outside", "GET /inside", "GET /above", "GET /below"]);
  });

  it.each([
    ["/outside", "outside kept"],
    ["/inside", "inside kept"],
    ["/above", "between kept"],
    ["/below", "between kept"],
  ])("runs for %s", async (path, payload) => {
    expect(await call(new Wrapped(), path)).toBe(payload);
  });

  it("runs on an override without a route decorator", async () => {
    expect(await call(new Sub(), "/inside")).toBe("override inside kept");
  });
});

describe("a mixin", () => {
  // oxlint-disable-next-line typescript/no-explicit-any -- TypeScript demands it of a mixin's base
  type Constructor = abstract new (...args: any[]) => Resource;

  function Pinging<B extends Constructor>(base: B, path: `/${string}` = "/ping") {
    abstract class Mixed extends base {
      @get(path)
      ping() {
        return new JsonResponse(`pong ${path}`);
      }
    }
    return Mixed;
  }

  it("adds its routes behind those of the class it is applied to", async () => {
    class Sub extends Pinging(Base) {
      @get("/own")
      own() {
        return new JsonResponse(null);
      }
    }
    const sub = new Sub();
    expect(listOf(sub)).toEqual(["GET /first", "GET /second", "POST /third", "GET /ping", "GET /own"]);
    expect(await call(sub, "/ping")).toBe("pong /ping");
  });

  it("applied twice declares for each class by itself", () => {
    class Left extends Pinging(Resource, "/left") {}
    class Right extends Pinging(Resource, "/right") {}
    expect([listOf(new Left()), listOf(new Right())]).toEqual([["GET /left"], ["GET /right"]]);
  });

  it("applied to itself replaces, as any override does", async () => {
    class Both extends Pinging(Pinging(Resource, "/inner"), "/outer") {}
    const both = new Both();
    expect([listOf(both), await call(both, "/outer")]).toEqual([["GET /outer"], "pong /outer"]);
  });
});

describe("a class without a name", () => {
  const [Nameless] = [
    class extends Base {
      override first() {
        return new JsonResponse("nameless");
      }
    },
  ];

  it("inherits as any class does", async () => {
    const nameless = new Nameless();
    expect([nameless.constructor.name, await call(nameless, "/first")]).toEqual(["", "nameless"]);
  });

  it("is called so in messages", () => {
    expect(new Nameless().routes()[0]?.[2].name).toBe("(anonymous class).first");
  });
});
