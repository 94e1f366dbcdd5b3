import request from "supertest";
import { app } from "../../examples/01-hello";

describe("01-hello", () => {
  it("greets by the name in the path, decoded", async () => {
    await request(app).get("/api/hello/Ada%20L%C3%B6w").expect(200, { hello: "Ada Löw" });
  });

  it("leaves other paths to the app", async () => {
    await request(app).get("/api/hello/Ada/Lovelace").expect(404);
  });
});
