import type { Browser, Page } from "playwright-core";
import { chromiumPath, NO_CHROMIUM, openChromium } from "./dashboard/chromium.ts";
import { seededLedger } from "./dashboard/seededLedger.ts";
import { emptyDashboard, serveDashboard } from "./dashboard/served.ts";
import { quantiles } from "./quantiles.ts";

export const TARGETS = { firstLoadKb: 300, interactiveMs: 1_000, frameMs: 100 } as const;

export interface DashboardFigures {
  rounds: number;
  members: number;
  events: number;
  /** Compressed, all that the first view needs. */
  firstLoadKb: number;
  /** From asking for the page to the round being shown, median of the loads; each with an empty cache. */
  interactiveMs: number;
  /** While scrolling, paging and filtering, with an act on the ledger five times a second. */
  frames: { count: number; p99Ms: number; longestMs: number };
  /** Bytes of one member's act in the event stream, and the time the server takes for it. */
  change: { bytes: number; ms: number };
  met: Record<keyof typeof TARGETS, boolean>;
}

const LOADS = 5;
const ACT_EVERY = 200;

/** Counts frames, and when the round is first there, in the page itself; the page's policy does not bind what the debugger runs. */
function watchFrames(): void {
  const page = globalThis as unknown as Watching;
  page.frames = [];
  let before = page.performance.now();
  const frame = (now: number): void => {
    page.frames.push(now - before);
    before = now;
    if (page.shownAt === undefined && page.document.querySelector("[data-round]"))
      page.shownAt = page.performance.now();
    page.requestAnimationFrame(frame);
  };
  page.requestAnimationFrame(frame);
}

interface Watching {
  frames: number[];
  shownAt?: number;
  performance: { now(): number };
  document: { querySelector(selector: string): unknown };
  requestAnimationFrame(callback: (now: number) => void): void;
}

/** The page on 1,000 rounds of 64 members; undefined where there is no Chromium, which is said. */
export async function benchDashboard(say: (text: string) => void): Promise<DashboardFigures | undefined> {
  const path = chromiumPath();
  if (path === undefined) {
    say(NO_CHROMIUM);
    return undefined;
  }
  const [rounds, members] = [1_000, 64];
  say(`making a ledger of ${rounds} rounds of ${members} members`);
  const ledger = seededLedger(rounds, members);
  const dashboard = emptyDashboard(ledger.now);
  dashboard.take(ledger.events, ledger.view);
  let bytes = 0;
  dashboard.onChange((change) => (bytes = JSON.stringify(change).length));
  const act = (): void => {
    const last = ledger.events.at(-1);
    if (last === undefined) return;
    ledger.view.head++;
    const attempt = ledger.view.tasks.get(ledger.taskId)?.attempt;
    const member = ledger.view.head % members;
    if (attempt?.submissions.delete(member) === false)
      attempt.submissions.set(member, { member, sha256: "0x", cid: "", weight: 1 });
    dashboard.take([{ ...last, at: { ...last.at, block: ledger.view.head } }], ledger.view);
  };
  const started = performance.now();
  for (let i = 0; i < 100; i++) act();
  const ms = (performance.now() - started) / 100;

  await using served = await serveDashboard(dashboard);
  const browser = await openChromium(path);
  try {
    say("loading the page");
    const loads = [];
    for (let i = 0; i < LOADS; i++) loads.push(await load(browser, served.url));
    say("scrolling and filtering");
    const timer = setInterval(act, ACT_EVERY);
    const frames = await use(browser, served.url).finally(() => clearInterval(timer));
    const sorted = frames.toSorted((a, b) => a - b);
    const longestMs = sorted.at(-1) ?? Number.NaN;
    const firstLoadKb = Math.max(...loads.map(({ kb }) => kb));
    const interactiveMs = quantiles(loads.map((it) => it.ms)).median;
    return {
      rounds,
      members,
      events: ledger.events.length,
      firstLoadKb,
      interactiveMs,
      frames: { count: frames.length, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN, longestMs },
      change: { bytes, ms },
      met: {
        firstLoadKb: firstLoadKb <= TARGETS.firstLoadKb,
        interactiveMs: interactiveMs <= TARGETS.interactiveMs,
        frameMs: longestMs <= TARGETS.frameMs,
      },
    };
  } finally {
    await browser.close();
  }
}

/** One load with an empty cache. */
async function load(browser: Browser, url: string): Promise<{ kb: number; ms: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(watchFrames);
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) =>
    sizes.push(
      request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
    ),
  );
  await page.goto(url);
  await page.waitForFunction(() => (globalThis as unknown as Watching).shownAt !== undefined);
  const ms = await page.evaluate(() => (globalThis as unknown as Watching).shownAt as number);
  const all = await Promise.all(sizes);
  await context.close();
  return { kb: all.reduce((sum, size) => sum + size, 0) / 1_000, ms };
}

/** Frames while somebody looks through everything, milliseconds. */
async function use(browser: Browser, url: string): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.addInitScript(watchFrames);
  await page.goto(url);
  await page.locator("[data-round]").waitFor();
  await page.evaluate(() => void ((globalThis as unknown as Watching).frames = []));
  await scroll(page);
  for (const part of ["Rounds", "Ledger", "Task", "Ledger"]) {
    await page.locator("nav").getByRole("link", { name: part, exact: true }).click();
    await scroll(page);
    const older = page.getByRole("button", { name: "Older" });
    for (let i = 0; i < 5 && (await older.count()) > 0; i++) await older.click();
  }
  await page.getByRole("combobox", { name: "Kind" }).selectOption("submitted");
  for (const text of ["0x12ab", "bafkrei7", "seven", ""]) {
    await page.getByRole("searchbox").pressSequentially(text, { delay: 30 });
    await scroll(page);
    await page.getByRole("searchbox").clear();
  }
  const frames = await page.evaluate(() => (globalThis as unknown as Watching).frames);
  await page.close();
  return frames;
}

async function scroll(page: Page): Promise<void> {
  await page.mouse.move(600, 500);
  for (const by of [400, 400, 800, -800, -800]) {
    await page.mouse.wheel(0, by);
    await page.waitForTimeout(100);
  }
}
