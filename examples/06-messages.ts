// A ball between two walls, in a server's world, and a game that shows it as a line of text. Both speak the binary
// format: the game asks for the court and kicks the ball by HTTP, and is told where it is by a WebSocket.
//
//   npx tsx examples/06-messages.ts
import { HTTPClient, HTTPServer } from "colonnade";
import { CourtResource } from "./06-messages/court-resource";
import { Game } from "./06-messages/game";
import { World } from "./06-messages/world";

/** In milliseconds: from one step of the world, and one frame of the game, to the next. */
const frame = 50;

async function main(frames: number): Promise<void> {
  const world = new World();
  const server = new HTTPServer(["127.0.0.1", 0]).registerRoutes(new CourtResource(world));
  await server.run();
  const client = new HTTPClient(server.address);
  const game = new Game(client, server.address);

  const steps = setInterval(() => world.step(), frame);
  for (let shown = 0; shown < frames; shown++) {
    game.update();
    process.stdout.write(`\r${game.line}`);
    if (shown % 40 === 20) game.kick();
    await new Promise((resolve) => setTimeout(resolve, frame));
  }
  clearInterval(steps);
  process.stdout.write("\n");
  game.close();
  await client.stop();
  await server.close();
}

if (require.main === module) {
  main(Number(process.env["FRAMES"] ?? 200)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
