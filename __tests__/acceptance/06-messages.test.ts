import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ErrorResponse, HTTPClient, HTTPServer, SerializableResponse } from "colonnade";
import { CourtResource } from "../../examples/06-messages/court-resource";
import { Game } from "../../examples/06-messages/game";
import { Ball, Direction, Kick } from "../../examples/06-messages/messages";
import { World } from "../../examples/06-messages/world";
import { until } from "../websocket/live-socket";

describe("06-messages", () => {
  const world = new World();
  const server = new HTTPServer(["127.0.0.1", 0]).registerRoutes(new CourtResource(world));
  let client: HTTPClient;
  beforeAll(async () => {
    await server.run();
    client = new HTTPClient(server.address);
  });
  afterAll(async () => {
    await client.stop();
    await server.close();
  });

  it("shows in a game what the server's world is, once its loop asks", async () => {
    const game = new Game(client, server.address);
    expect(game.line).toBe("waiting for the court");
    await until(() => {
      world.step();
      game.update();
      return game.court.width > 0 && game.ball.x === world.ball.x;
    });
    expect(game.line).toMatch(/^left \| *o *\| right {2}\d+ bounces, 0 kicks/);
    const { speed } = world.ball;
    game.kick();
    await until(() => {
      game.update();
      return game.kicks === 1;
    });
    expect(world.ball.speed).toBe(speed + 0.5);
    game.close();
  });

  it("bounces between the walls", () => {
    const small = new World();
    small.kick(2);
    for (let steps = 0; steps < 100; steps++) small.step();
    expect(small.ball.bounces).toBeGreaterThan(2);
    expect(small.ball.x).toBeGreaterThanOrEqual(0);
    expect(small.ball.x).toBeLessThanOrEqual(small.court.width);
  });

  it("answers a kick with the ball, and refuses what is no kick", async () => {
    const answer = await client.post("/kick", Kick.of({ strength: 0 }));
    expect(answer).toBeInstanceOf(SerializableResponse);
    expect(answer.payload).toBeInstanceOf(Ball);
    expect([Direction.LEFT, Direction.RIGHT]).toContain((answer.payload as Ball).direction);
    const refused = await client.post("/kick", new Ball());
    expect(refused).toBeInstanceOf(ErrorResponse);
    expect([refused.statusCode, refused.payload]).toEqual([400, { error: "send a Kick" }]);
  });

  it("ends by itself", async () => {
    const program = join(__dirname, "../../examples/06-messages.ts");
    const env = { ...process.env, FRAMES: "5" };
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", program], {
      cwd: join(__dirname, "../.."),
      env,
    });
    expect(stdout).toMatch(/bounces, \d+ kicks \n$/);
  }, 30_000);
});
