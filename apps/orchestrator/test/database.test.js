import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { DiscreetClient } from "../src/database.js";

/** AuthenticationCleartextPassword and AuthenticationMD5Password, PostgreSQL's protocol, "Message Formats". */
const questions = [
  ["in clear", Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])],
  ["as MD5", Buffer.from([0x52, 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4])],
];
for (const [how, question] of questions) {
  test(`a server that asks for the password ${how} gets nothing`, async () => {
    const told = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.on("data", (data) => told.push(data));
        socket.write(question);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = new DiscreetClient({ host: "127.0.0.1", port: server.address().port, user: "orchestrator", password: "secret" });
    client.on("error", () => {});
    await assert.rejects(client.connect(), { message: "the database server asks for the password itself, and does not get it" });
    await new Promise((done) => server.close(done));
    assert.deepEqual(told, []);
  });
}
