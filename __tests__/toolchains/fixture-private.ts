import { JsonResponse, Resource, get, use } from "colonnade";

/** TC39 decorators only: the experimental ones can't stand on a `#private` method. */
export class Fixture extends Resource {
  readonly #secret = "kept";

  @get("/private")
  @use((_request, response, next) => {
    response.append("X-Trail", "method");
    next();
  })
  #private() {
    return new JsonResponse(this.#secret);
  }

  @get("/public")
  public() {
    return this.#private();
  }
}
