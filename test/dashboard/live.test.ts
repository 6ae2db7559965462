import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { chromiumPath, NO_CHROMIUM, openChromium } from "../../scripts/bench/dashboard/chromium.ts";
import { codeOf } from "../http/support/ask.ts";
import type { Watched } from "../e2e/support/daemon.ts";
import { openSwarm, SHORT_PHASES, type TestSwarm } from "../e2e/support/swarm.ts";
import { type WatchedPage, watchPage } from "./support/watchedPage.ts";

/** Four clinics' daemons on a chain; the first serves its dashboard to a browser, while they train. */

const ROUNDS = 100;
const VICTIM = 3;
const path = chromiumPath();
const options = { skip: path === undefined ? NO_CHROMIUM : false, timeout: 200_000 };
let swarm: TestSwarm;
let daemons: Watched[];
let browser: Browser;
let url: string;
let watched: WatchedPage;

before(async () => {
  if (path === undefined) return;
  swarm = await openSwarm(ROUNDS, SHORT_PHASES);
  daemons = await swarm.runAll(["--dashboard", "0"]);
  const said = await (daemons[0] as Watched).until("its dashboard", ({ event }) => event === "dashboard");
  url = String(said.url);
  browser = await openChromium(path);
  watched = await watchPage(browser, url);
});

after(async () => {
  await browser?.close();
  await swarm?.[Symbol.asyncDispose]();
});

const shownRound = async (): Promise<number> =>
  Number(await watched.page.locator("[data-round]").getAttribute("data-round"));

/** Waits until the page shows a later round than now. */
async function nextRound(): Promise<number> {
  const now = await shownRound();
  await watched.page.locator(`[data-round="${now}"]`).waitFor({ state: "detached" });
  const next = await shownRound();
  assert.ok(next > now);
  return next;
}

test("rounds go on before one's eyes, by what the server sends alone", options, async () => {
  const asked: string[] = [];
  watched.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await nextRound();
  await nextRound();
  assert.deepEqual(asked, []);
});

test(
  "the node shows what only its daemon knows: engine, folder, traffic, three peers by their names",
  options,
  async () => {
    const { page, go } = watched;
    await go("Node");
    await page.getByRole("heading", { name: "Connected to 3 of 4 peers" }).waitFor();
    const text = await page.getByRole("main").innerText();
    for (const words of ["clinic-1", "clinic-2", "wasm", "Free on the disk", swarm.clinics[0] as string])
      assert.ok(text.includes(words), words);
  },
);

test("its own accuracy, AUC and loss stand beside each round that a next one has evaluated", options, async () => {
  const { page, go } = watched;
  await go("Rounds");
  const first = page.locator("[data-final='1'] td");
  await page.waitForFunction(() =>
    /\d %/.test((globalThis as unknown as Page).document.querySelector("[data-final='1']")?.textContent ?? ""),
  );
  const cells = await first.allInnerTexts();
  assert.match(cells[0] ?? "", /^[34]$/, "included");
  assert.match(cells[5] ?? "", /^\d+\.\d %$/, "accuracy");
  assert.match(cells[7] ?? "", /^\d\.\d{4}$/, "loss");
  assert.equal(await page.locator(".chart canvas").count(), 3);
});

test("a daemon that is killed becomes missing, and its connection is gone", options, async () => {
  const { page, go } = watched;
  await (daemons[VICTIM] as Watched).kill();
  const account = swarm.clinics[VICTIM] as string;
  await go("Task");
  await page.locator(`[data-member="${account}"][data-now=missing]`).waitFor();
  // Nobody else is: the round waits for this one alone.
  await page.getByText("Waiting for submissions of clinic-4.").first().waitFor();
  await go("Node");
  await page.locator(`[data-peer="${account}"]`).getByText("not connected").waitFor();
});

test(
  "the ledger is filtered to one clinic's submissions, and one of them is followed down to what an audit found",
  options,
  async () => {
    const { page, go } = watched;
    const audit = await swarm.swarm("audit", "--from", ...swarm.at.clinics);
    assert.ok(audit.code === 0 || audit.code === 3, audit.stderr);
    await writeFile(join(swarm.at.clinics[0] as string, "audit.json"), audit.stdout);
    await go("Ledger");
    await page.getByText(`Last audit: ${audit.json.verdict}`).waitFor();
    await page.getByRole("combobox", { name: "Kind" }).selectOption("submitted");
    await page.getByRole("combobox", { name: "Member" }).selectOption({ label: "clinic-4" });
    await page.waitForFunction(() => {
      const rows = [...(globalThis as unknown as Page).document.querySelectorAll("tr[data-kind]")];
      return rows.length > 0 && rows.every((row) => /clinic-4.*submitted/s.test(row.textContent ?? ""));
    });
    await page.locator("tr[data-kind] button").last().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("nothing found against it").waitFor();
    const text = await dialog.innerText();
    assert.match(text, /\bbafkrei\w{52}\b|\bbafybei\w{52}\b/);
    assert.match(text, /Transaction\s+0x[0-9a-f]{64}/);
    assert.match(text, /Became\s+merged/);
    await page.keyboard.press("Escape");
  },
);

test("every part can be read by everybody, in both colour schemes and on a phone", options, async () => {
  for (const part of ["Task", "Rounds", "Ledger", "Authority", "Node"]) {
    await watched.go(part);
    if (part === "Ledger") await watched.page.locator("tr[data-kind]").first().waitFor();
    await watched.checkEverySize(`live-${part.toLowerCase()}`);
  }
});

test(
  "another program's dashboard of the same network shows the same round; nobody reads it without its token",
  options,
  async () => {
    const other = swarm.startSwarm("dashboard", "--port", "0", "--home", swarm.at.clinics[1] as string);
    let said = "";
    other.process.stdout?.on("data", (part: string) => (said += part));
    await other.saw(/"url"/);
    const found = /"url": ?"([^"]+)"/.exec(said)?.[1];
    assert.ok(found);
    const page = await browser.newPage();
    await page.goto(found);
    await page.locator("[data-connection=live]").waitFor();
    await page.locator("[data-round]").waitFor();
    await page.close();
    const answer = await fetch(new URL("/api/state", found));
    assert.equal(answer.status, 401);
    assert.equal(codeOf({ body: await answer.text(), status: 401, headers: {} }), "HTTP_NO_TOKEN");
    const { port } = new URL(found);
    const taken = await swarm.swarm("dashboard", "--port", port);
    assert.deepEqual([taken.code, taken.json.error.code], [2, "HTTP_PORT_IN_USE"]);
    const report = await swarm.swarm("dashboard", "--port", "0", "--audit-report", swarm.at.network);
    assert.deepEqual([report.code, report.json.error.code], [2, "AUDIT_REPORT_INVALID"]);
    other.process.kill("SIGINT");
    assert.equal((await other.ended).code, 130);
  },
);

test(
  "nothing went wrong on the page, nothing was asked of another host, and no log has the token",
  options,
  async () => {
    assert.deepEqual(watched.errors, []);
    assert.deepEqual([...watched.hosts], [new URL(url).host]);
    const log = await readFile(join(swarm.at.clinics[0] as string, "daemon.log"), "utf8");
    const token = new URL(url).hash.slice("#token=".length);
    assert.ok(token.length >= 32 && !log.includes(token));
  },
);

test("a page outlives its daemon: it says that the program is away, and what it last knew stays", options, async () => {
  const { page, go, errors } = watched;
  await go("Task");
  await (daemons[0] as Watched).stop();
  await page.locator("[data-connection=away]").waitFor();
  assert.ok((await shownRound()) > 1);
  errors.length = 0;
});

interface Page {
  document: {
    querySelector(selector: string): { textContent: string | null } | null;
    querySelectorAll(selector: string): Iterable<{ textContent: string | null }>;
  };
}
