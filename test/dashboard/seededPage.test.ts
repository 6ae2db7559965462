import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { chromiumPath, NO_CHROMIUM, openChromium } from "../../scripts/bench/dashboard/chromium.ts";
import { accountOf, seededLedger } from "../../scripts/bench/dashboard/seededLedger.ts";
import { emptyDashboard, serveDashboard, type ServedDashboard } from "../../scripts/bench/dashboard/served.ts";
import type { Dashboard } from "../../node/dashboard/dashboard.ts";
import { type WatchedPage, watchPage } from "./support/watchedPage.ts";

/** The page in a browser, on a ledger of 40 rounds that stands still unless a test moves it. */

const path = chromiumPath();
const ledger = seededLedger(40, 6);
let dashboard: Dashboard;
let served: ServedDashboard;
let browser: Browser;
let watched: WatchedPage;

before(async () => {
  if (path === undefined) return;
  dashboard = emptyDashboard(ledger.now, new Map([[accountOf(5), "clinic-6"]]));
  dashboard.take(ledger.events, ledger.view);
  served = await serveDashboard(dashboard);
  browser = await openChromium(path);
  watched = await watchPage(browser, served.url);
});

after(async () => {
  await browser?.close();
  await served?.[Symbol.asyncDispose]();
});

const options = { skip: path === undefined ? NO_CHROMIUM : false, timeout: 120_000 };

test("the token leaves the address at once, and a reload does not need it again", options, async () => {
  const { page } = watched;
  assert.equal(page.url(), `${served.server.url}/`);
  await page.reload();
  await page.locator("[data-connection=live]").waitFor();
  const stranger = await browser.newPage();
  await stranger.goto(served.server.url);
  await stranger.getByText("This page is locked").waitFor();
  await stranger.goto(`${served.server.url}/#token=not-the-right-one-at-all`);
  await stranger.getByText("This page is locked").waitFor();
  await stranger.goto(served.url);
  await stranger.locator("[data-connection=live]").waitFor();
  await stranger.close();
});

test(
  "who has not acted yet is named; everything can be read in both colour schemes and on a phone",
  options,
  async () => {
    const { page, checkEverySize } = watched;
    assert.equal(await page.locator(`[data-member="${accountOf(5)}"]`).getAttribute("data-now"), "not yet");
    assert.equal(await page.locator("[data-now=done]").count(), 5);
    await checkEverySize("task");
  },
);

test(
  "while the chain is away nothing is live, no clock runs and nobody is blamed; since when is said",
  options,
  async () => {
    const { page, checkEverySize } = watched;
    await page.getByRole("timer").waitFor();
    dashboard.connection(false);
    await page.locator("[data-away]").waitFor();
    assert.match(
      await page.locator("[data-away]").innerText(),
      /has not answered since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC/,
    );
    assert.equal(await page.locator("[data-connection]").innerText(), "the chain is away");
    assert.deepEqual(
      [await page.getByRole("timer").count(), await page.locator("[data-missing]").innerText()],
      [0, "-"],
    );
    assert.equal(await page.locator(`[data-member="${accountOf(5)}"]`).getAttribute("data-now"), "-");
    assert.equal(await page.getByText("waiting for submissions").count(), 0);
    await checkEverySize("away");
    dashboard.connection(true);
    await page.getByRole("timer").waitFor();
    assert.equal(await page.locator("[data-away]").count(), 0);
  },
);

test("all rounds are there, a page of them at a time", options, async () => {
  const { page, go, checkEverySize } = watched;
  await go("Rounds");
  assert.equal(await page.locator("[data-final]").count(), 25);
  await page.getByRole("button", { name: "Oldest" }).click();
  await page.locator("[data-final='1']").waitFor();
  await checkEverySize("rounds");
});

test("the authority sees what waits for it, and the command that approves it", options, async () => {
  const { page, go, checkEverySize } = watched;
  await go("Authority");
  const proposal = page.getByRole("region", { name: "Proposal 1" });
  assert.match(await proposal.innerText(), /Approved by 1 of 2/);
  assert.match(
    await proposal.locator("pre").innerText(),
    new RegExp(`^swarm license grant ${accountOf(2_000)} --until 20\\d\\d-`),
  );
  await page.locator(`li:has-text("${accountOf(2_001)}")`).waitFor();
  await checkEverySize("authority");
});

test(
  "an entry of the ledger opens and closes by keys alone, and has its CID, hash and transaction",
  options,
  async () => {
    const { page, go, checkEverySize } = watched;
    await go("Ledger");
    await page.getByRole("combobox", { name: "Kind" }).selectOption("submitted");
    await page.locator("[data-total='245']").waitFor();
    await page.locator("tr[data-kind] button").first().focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("CID of the sealed file").waitFor();
    const update = ledger.events.findLast(({ type }) => type === "UpdateSubmitted");
    assert.ok(update?.type === "UpdateSubmitted");
    const text = await dialog.innerText();
    for (const fact of [update.cid, update.sha256, update.at.transaction, "no audit's report"])
      assert.ok(text.includes(fact), fact);
    await checkEverySize("update");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await checkEverySize("ledger");
  },
);

test("a filter that is no query says so and breaks nothing", options, async () => {
  const { page, errors } = watched;
  await page.getByRole("spinbutton", { name: "Round" }).fill("-3");
  await page.getByRole("alert").waitFor();
  // The browser itself reports the refused request.
  assert.match(errors.splice(0).join(), /^Failed to load resource.*400/);
  await page.getByRole("spinbutton", { name: "Round" }).fill("7");
  await page.locator("[data-total='6']").waitFor();
});

test("a server that was away and came back with more is followed on", options, async () => {
  const { page, go, errors } = watched;
  await go("Task");
  const { port } = served.server;
  await served[Symbol.asyncDispose]();
  await page.locator("[data-connection=away]").waitFor();
  const later = seededLedger(45, 6);
  const again = emptyDashboard(later.now);
  again.take(later.events, later.view);
  served = await serveDashboard(again, { port });
  await page.locator("[data-round='46']").waitFor();
  await page.locator("[data-connection=live]").waitFor();
  // While it was away, the browser reported each request that failed.
  for (const error of errors.splice(0)) assert.match(error, /ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)|503/);
});

test("a page that missed more than is remembered reads all anew", options, async () => {
  const moved = emptyDashboard(ledger.now);
  moved.take(ledger.events, ledger.view);
  const other = await serveDashboard(moved);
  const late = await browser.newPage();
  await late.goto(other.url);
  await late.locator("[data-connection=live]").waitFor();
  const { port } = other.server;
  await other[Symbol.asyncDispose]();
  await late.locator("[data-connection=away]").waitFor();
  const head = ledger.view.head + 300;
  while (ledger.view.head < head) {
    ledger.view.head++;
    moved.take([], ledger.view);
  }
  const back = await serveDashboard(moved, { port });
  await late.getByText(`block ${head}`).waitFor();
  await late.close();
  await back[Symbol.asyncDispose]();
});

test("nothing was asked of another host, and nothing went wrong", options, () => {
  assert.deepEqual([...watched.hosts], [new URL(served.server.url).host]);
  assert.deepEqual(watched.errors, []);
});
