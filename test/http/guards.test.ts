import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { createApp } from "../../node/adapters/http/createApp.ts";
import { hostGuard, tokenGuard } from "../../node/adapters/http/guards.ts";
import { isLoopback } from "../../node/adapters/http/hostNames.ts";
import { type HttpServer, serveHttp } from "../../node/adapters/http/serve.ts";
import { createLogCollector } from "../ports/support.ts";
import { ask, codeOf } from "./support/ask.ts";

const TOKEN = "c0ffee00c0ffee00c0ffee00c0ffee00";

async function guarded(t: TestContext, ...guards: Parameters<ReturnType<typeof createApp>["use"]>[1][]) {
  const { logger } = createLogCollector();
  const app = createApp({ logger });
  for (const guard of guards) app.use(guard);
  app.get("/", (context) => context.text("the page"));
  const server = await serveHttp(app, { port: 0, logger, signal: new AbortController().signal });
  t.after(() => server.close());
  return server;
}

test("this machine's names and plain addresses are served, whatever the port that a tunnel gave them", async (t) => {
  const server = await guarded(t, hostGuard({ names: ["Monitor.Clinic.Example"] }));
  const { port } = server;
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    "LOCALHOST",
    "[::1]:9000",
    "swarm.localhost:80",
    "192.0.2.7:9464",
    "monitor.clinic.example",
  ]) {
    assert.equal((await ask(server, "/", { headers: { host } })).status, 200, host);
  }
});

test("a foreign name for this address is refused: a page elsewhere may have made it (DNS rebinding)", async (t) => {
  const server = await guarded(t, hostGuard({ names: ["monitor.clinic.example"] }));
  for (const host of [
    "evil.example",
    `evil.example:${server.port}`,
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "monitor.clinic.example.evil.example",
    "notlocalhost",
  ]) {
    const answer = await ask(server, "/", { headers: { host } });
    assert.equal(answer.status, 403, host);
    assert.equal(codeOf(answer), "HTTP_FOREIGN_HOST");
  }
});

test("a page may ask only where it came from", async (t) => {
  const server = await guarded(t, hostGuard());
  const here = `127.0.0.1:${server.port}`;
  const statusOf = async (origin: string, host = here) =>
    (await ask(server, "/", { headers: { host, origin } })).status;
  assert.equal(await statusOf(`http://${here}`), 200);
  assert.equal(await statusOf(`HTTP://${here}`), 200);
  assert.equal(await statusOf("http://localhost", "localhost:80"), 200);
  assert.equal(await statusOf("https://localhost", "localhost:443"), 200);
  for (const origin of [
    "http://evil.example",
    `http://127.0.0.1:${server.port + 1}`,
    "http://127.0.0.1",
    `http://localhost:${server.port}`,
    `ftp://${here}`,
    `http://${here}/path`,
    "null",
    "",
  ]) {
    const answer = await ask(server, "/", { headers: { host: here, origin } });
    assert.equal(answer.status, 403, origin);
    assert.equal(codeOf(answer), "HTTP_FOREIGN_ORIGIN");
  }
});

test("only who has the token comes in, as a header or, where the page keeps one, as a cookie", async (t) => {
  const server = await guarded(t, tokenGuard(TOKEN, { cookie: "swarm" }));
  const statusOf = async (headers: Record<string, string>) => (await ask(server, "/", { headers })).status;
  assert.equal(await statusOf({ authorization: `Bearer ${TOKEN}` }), 200);
  assert.equal(await statusOf({ authorization: `bearer ${TOKEN}` }), 200);
  assert.equal(await statusOf({ cookie: `other=1; swarm=${TOKEN}` }), 200);
  for (const headers of [
    {},
    { authorization: TOKEN },
    { authorization: `Basic ${TOKEN}` },
    { authorization: "Bearer " },
    { authorization: `Bearer ${TOKEN.slice(1)}` },
    { authorization: `Bearer ${TOKEN}0` },
    { authorization: `Bearer ${TOKEN.toUpperCase()}` },
    { cookie: `swarms=${TOKEN}` },
    { cookie: `swarm=${TOKEN}x` },
  ]) {
    const answer = await ask(server, "/", { headers });
    assert.equal(answer.status, 401, JSON.stringify(headers));
    assert.equal(answer.headers["www-authenticate"], "Bearer");
    assert.equal(codeOf(answer), "HTTP_NO_TOKEN");
  }
});

test("a cookie counts only where the server keeps its token in one", async (t) => {
  const server = await guarded(t, tokenGuard(TOKEN));
  assert.equal((await ask(server, "/", { headers: { cookie: `swarm=${TOKEN}` } })).status, 401);
});

test("no other token is taken for the right one", async (t) => {
  const server: HttpServer = await guarded(t, tokenGuard(TOKEN));
  const printable = fc.stringMatching(/^[\x21-\x7e]{1,64}$/).filter((text) => text !== TOKEN);
  await fc.assert(
    fc.asyncProperty(printable, async (text) => {
      assert.equal((await ask(server, "/", { headers: { authorization: `Bearer ${text}` } })).status, 401);
    }),
    { numRuns: 50 },
  );
});

test("loopback is told apart from names that only look like it", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "A.Localhost"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "127.0.0.1.example", "localhost.example", ""]) {
    assert.equal(isLoopback(host), false, host);
  }
});
