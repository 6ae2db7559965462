import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { createApp } from "../../node/adapters/http/createApp.ts";
import { HTTP_LIMITS, serveHttp, type ServeOptions } from "../../node/adapters/http/serve.ts";
import { createLogCollector, hasCode } from "../ports/support.ts";
import { ask, codeOf } from "./support/ask.ts";

async function served(t: TestContext, options: Partial<ServeOptions> = {}) {
  const { logger, lines } = createLogCollector();
  const app = createApp({ logger });
  const signal = new AbortController().signal;
  app.get("/", (context) => context.text("the page"));
  app.post("/", async (context) => context.text(String((await context.req.text()).length)));
  app.get("/broken", () => {
    throw new Error("the key is 0xdead");
  });
  app.get("/kept", (context) => context.text("same", 200, { "cache-control": "max-age=60" }));
  app.get("/endless", (context) => context.body(new ReadableStream({ start: (it) => it.enqueue(Buffer.from("a")) })));
  const server = await serveHttp(app, { port: 0, logger, signal, ...options });
  t.after(() => server.close());
  return { server, lines, logger, app };
}

/** Sends text as it is over a bare connection. @returns all that comes until the server closes it */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let got = "";
  socket.setEncoding("utf8").on("data", (part: string) => (got += part));
  socket.on("error", () => undefined);
  if (text !== "") socket.write(text);
  await once(socket, "close");
  return got;
}

test("an application is served on loopback unless told otherwise, on a free port where 0 is asked", async (t) => {
  const { server } = await served(t);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  const answer = await ask(server);
  assert.equal(answer.status, 200);
  assert.equal(answer.body, "the page");
  assert.equal(await (await fetch(server.url)).text(), "the page");
});

test("answers say that they may not be framed, sniffed, kept or referred from, and a page loads nothing", async (t) => {
  const { server } = await served(t);
  const { headers } = await ask(server);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
  assert.equal(headers["strict-transport-security"], undefined);
  assert.equal((await ask(server, "/kept")).headers["cache-control"], "max-age=60");
});

test("what is not there and what fails is answered in JSON; causes stay in the log", async (t) => {
  const { server, lines } = await served(t);
  const absent = await ask(server, "/absent");
  assert.deepEqual([absent.status, codeOf(absent)], [404, "HTTP_NOT_FOUND"]);
  const broken = await ask(server, "/broken");
  assert.deepEqual([broken.status, codeOf(broken)], [500, "HTTP_FAILED"]);
  assert.doesNotMatch(broken.body, /dead/);
  assert.equal(lines.filter(({ level }) => level === "error").length, 1);
});

test("who sends half a request, or too long a head, is cut off", async (t) => {
  const { server } = await served(t, { limits: { headersMs: 200, requestMs: 400 } });
  assert.match(await raw(server.port, "GET / HTTP/1.1\r\nHost: localhost\r\n"), /^HTTP\/1\.1 408/);
  const unfinished = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf";
  assert.match(await raw(server.port, unfinished), /^HTTP\/1\.1 408/);
  const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(HTTP_LIMITS.headerBytes)}\r\n\r\n`;
  assert.match(await raw(server.port, long), /^HTTP\/1\.1 431/);
});

test("connections beyond the limit are closed at once, those that are open go on", async (t) => {
  const { server, lines } = await served(t, { limits: { connections: 1 } });
  const first = connect(server.port, "127.0.0.1");
  await once(first, "connect");
  assert.equal(await raw(server.port, ""), "");
  assert.equal(lines.filter(({ level }) => level === "warn").length, 1);
  first.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const [answer] = (await once(first, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 200/);
  first.destroy();
});

test("closing ends answers that would never end, and may be asked for twice", async (t) => {
  const { server } = await served(t, { limits: { closingMs: 50 } });
  const socket = connect(server.port, "127.0.0.1");
  socket.write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "data");
  const gone = once(socket, "close");
  await Promise.all([server.close(), server.close()]);
  await gone;
  await assert.rejects(ask(server), { code: "ECONNREFUSED" });
});

test("the signal closes the server", async (t) => {
  const stop = new AbortController();
  const { server } = await served(t, { signal: stop.signal });
  stop.abort();
  await server.close();
  await assert.rejects(ask(server), { code: "ECONNREFUSED" });
});

test("a port that is taken and a host that is not this machine's are named", async (t) => {
  const { server, app, logger } = await served(t);
  const signal = new AbortController().signal;
  await assert.rejects(serveHttp(app, { port: server.port, logger, signal }), hasCode("HTTP_PORT_IN_USE"));
  await assert.rejects(serveHttp(app, { host: "192.0.2.1", port: 0, logger, signal }), hasCode("HTTP_CANNOT_LISTEN"));
  await assert.rejects(serveHttp(app, { port: 0, logger, signal: AbortSignal.abort(new Error("told")) }), /told/);
});
