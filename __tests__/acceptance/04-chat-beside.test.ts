import { Server as SocketIo } from "socket.io";
import { openChat } from "./chat-person";

describe("04-chat beside socket.io", () => {
  it("both work on one server", async () => {
    const chat = await openChat();
    const io = new SocketIo(chat.sockets.server);
    io.on("connection", (socket) => {
      socket.on("say", (text: string) => socket.emit("said", text));
    });
    // As socket.io's protocol has it: 0 opens, 40 connects, 42 is an event.
    const theirs = await chat.sockets.connect("/socket.io/?EIO=4&transport=websocket");
    expect(await theirs.next()).toMatch(/^0\{/);
    expect(await theirs.send("40").next()).toMatch(/^40\{/);

    const [ada, bob] = await Promise.all([chat.enter("tea", "Ada"), chat.enter("tea", "Bob")]);
    for (const text of ["one", "two"]) {
      ada.say(text);
      expect(await bob.nextOf("said")).toMatchObject({ name: "Ada", text });
      expect(await theirs.send(`42["say","${text}"]`).next()).toBe(`42["said","${text}"]`);
    }
    expect((await chat.sockets.refusal("/rooms/tea")).status).toBe(401);
    await io.close();
    expect((await ada.peer.closed).code).toBe(1001); // socket.io has closed the server
  });
});
