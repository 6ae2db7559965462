import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { LedgerPage, RowDetails } from "../../node/ports/dashboard.ts";
import { ask, codeOf } from "../http/support/ask.ts";
import { createLogCollector } from "../ports/support.ts";
import { accountOf, seededLedger } from "../../scripts/bench/dashboard/seededLedger.ts";
import { emptyDashboard, serveDashboard, TOKEN } from "../../scripts/bench/dashboard/served.ts";

/** Three final rounds of four members, and a fourth that is open. */
const ledger = seededLedger(3, 4);
const authorization = `Bearer ${TOKEN}`;

async function served(t: TestContext, options: Parameters<typeof serveDashboard>[1] = {}) {
  const source = emptyDashboard(ledger.now);
  source.take(ledger.events, ledger.view);
  const dashboard = await serveDashboard(source, options);
  t.after(() => dashboard[Symbol.asyncDispose]());
  const get = (path: string, headers: Record<string, string> = { authorization }, method = "GET") =>
    ask(dashboard.server, path, { headers, method });
  return { ...dashboard, source, get };
}

test("without the token nothing about the network is told; the page itself says nothing about it", async (t) => {
  const { get } = await served(t);
  for (const path of ["/api/state", "/api/events", "/api/ledger", "/api/row/0", "/api/other"]) {
    for (const headers of [{}, { authorization: "Bearer wrong" }, { cookie: `token=${TOKEN}` }]) {
      const answer = await get(path, headers as Record<string, string>);
      assert.equal(answer.status, 401, path);
      assert.equal(codeOf(answer), "HTTP_NO_TOKEN");
    }
    assert.equal((await get(`${path}?token=${TOKEN}`, {})).status, 401, "a token in the address counts for nothing");
  }
  const page = await get("/", {});
  assert.equal(page.status, 200);
  assert.ok(!page.body.includes(ledger.taskId) && !page.body.includes(accountOf(0)));
});

test("foreign hosts and pages are refused, with the right token too", async (t) => {
  const { get } = await served(t);
  for (const path of ["/", "/api/state", "/api/events"]) {
    assert.equal(codeOf(await get(path, { authorization, host: "evil.example" })), "HTTP_FOREIGN_HOST");
    assert.equal(codeOf(await get(path, { authorization, origin: "https://evil.example" })), "HTTP_FOREIGN_ORIGIN");
  }
});

test("nothing can be changed: every other method is refused on every path", async (t) => {
  const { get } = await served(t);
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    for (const path of ["/", "/api/state", "/api/ledger", "/api/row/1"]) {
      const answer = await get(path, { authorization }, method);
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(codeOf(answer), "HTTP_READ_ONLY");
      assert.equal(answer.headers.allow, "GET, HEAD");
    }
  }
});

test("the policy of content lets nothing in but this server's own files: nothing inline but the import map, by its hash", async (t) => {
  const { get } = await served(t);
  for (const path of ["/", "/page/app.ts", "/api/state"]) {
    const { headers } = await get(path);
    const policy = new Map(
      String(headers["content-security-policy"])
        .split(";")
        .map((part) => part.trim().split(" "))
        .map(([name = "", ...values]) => [name, values]),
    );
    assert.deepEqual(policy.get("default-src"), ["'none'"]);
    assert.deepEqual(policy.get("connect-src"), ["'self'"]);
    assert.match(policy.get("script-src")?.join(" ") ?? "", /^'self' 'sha256-[\w+/]{43}='$/);
    for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.deepEqual(policy.get(name), ["'none'"]);
    assert.doesNotMatch(String(headers["content-security-policy"]), /unsafe|\*|http/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
  }
  const { body } = await get("/");
  assert.doesNotMatch(body, /https?:\/\/|\son\w+=|style=|<style/);
});

test("files are kept by the browser and only asked about; what they show is kept nowhere", async (t) => {
  const { get } = await served(t);
  for (const path of ["/", "/page/app.ts", "/lib/uplot.js"]) {
    const { headers } = await get(path);
    const again = await get(path, { authorization, "if-none-match": String(headers.etag) });
    assert.equal(again.status, 304, path);
    assert.equal(again.body, "");
  }
  for (const path of ["/api/state", "/api/ledger", "/api/row/0"])
    assert.equal((await get(path)).headers["cache-control"], "no-store", path);
});

test("the ledger is filtered and paged by the server, and what is no query is refused", async (t) => {
  const { get } = await served(t);
  const page = async (query: string): Promise<LedgerPage> => JSON.parse((await get(`/api/ledger?${query}`)).body);
  const submitted = await page(`kind=submitted&round=2&member=${accountOf(1)}`);
  assert.equal(submitted.total, 1);
  const [row] = submitted.rows;
  assert.ok(row);
  const details = JSON.parse((await get(`/api/row/${row.id}`)).body) as RowDetails;
  assert.equal(details.transaction, row.transaction);
  assert.equal((await page(`text=${details.update?.cid.slice(4, 40)}`)).total, 1);
  const { total, rows } = await page("limit=7&offset=7");
  assert.deepEqual([total, rows.length, rows[0]?.id], [ledger.events.length, 7, ledger.events.length - 8]);
  for (const query of [
    "limit=0",
    "limit=1000",
    "offset=-1",
    "round=x",
    "kind=all",
    "member=0x1",
    "other=1",
    `text=${"a".repeat(101)}`,
  ]) {
    const answer = await get(`/api/ledger?${query}`);
    assert.equal(answer.status, 400, query);
    assert.equal(codeOf(answer), "HTTP_BAD_QUERY");
  }
  assert.equal((await get("/api/row/99999")).status, 404);
  assert.equal((await get("/api/row/-1")).status, 404);
});

test("event streams are limited in number; one that a page closed makes room", async (t) => {
  const { server, source, get } = await served(t, { limits: { streams: 2 } });
  const open = async () => {
    const stop = new AbortController();
    const answer = await fetch(`${server.url}/api/events?after=${source.state().version}`, {
      headers: { authorization },
      signal: stop.signal,
    });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
    return stop;
  };
  const [first, second] = [await open(), await open()];
  const third = await get("/api/events");
  assert.equal(third.status, 503);
  assert.equal(codeOf(third), "HTTP_TOO_MANY_STREAMS");
  first.abort();
  for (let status = 503; status !== 200;) {
    const stop = new AbortController();
    status = (await fetch(`${server.url}/api/events`, { headers: { authorization }, signal: stop.signal })).status;
    stop.abort();
  }
  second.abort();
});

test("a page that reads slowly is cut off and not waited for", async (t) => {
  const { server, source } = await served(t, { limits: { waitingBytes: 1_000 } });
  const answer = await fetch(`${server.url}/api/events?after=${source.state().version}`, {
    headers: { authorization },
  });
  // More than the sockets' own buffers take.
  const large = "x".repeat(8 * 1024 * 1024);
  source.setOthers("node", new Map([["node", large]]));
  const said = await answer.text();
  assert.ok(!said.includes("xxx"), "the stream ended in place of the change");
});

test("the token is in no line of the log, whatever is asked", async (t) => {
  const { logger, lines } = createLogCollector();
  const { get, source } = await served(t, { logger });
  source.ledger = () => {
    throw new Error("broken");
  };
  assert.equal((await get("/api/ledger")).status, 500);
  await get(`/api/state?token=${TOKEN}`, {});
  await get(`/${TOKEN}`);
  assert.ok(lines.length > 0);
  assert.ok(!JSON.stringify(lines).includes(TOKEN));
});
