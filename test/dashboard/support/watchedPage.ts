import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";

/** Where screenshots of the last run are kept. */
export const SCREENSHOTS = resolve(import.meta.dirname, "../../../.swarm/screenshots");
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1200, height: 900 };

/** A page whose errors and requests are kept. */
export interface WatchedPage {
  page: Page;
  /** What the console called an error, and exceptions that nobody caught. */
  errors: string[];
  /** Hosts that it asked anything of. */
  hosts: Set<string>;
  go(part: string): Promise<void>;
  /** Holds the page as it is against axe's rules, in both colour schemes and at two widths, with a screenshot of each. */
  checkEverySize(name: string): Promise<void>;
}

interface Violation {
  id: string;
  impact: string;
  nodes: string[];
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function watchPage(browser: Browser, url: string): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: DESK });
  const errors: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto(url);
  await page.locator("[data-connection=live]").waitFor();
  await mkdir(SCREENSHOTS, { recursive: true });

  async function violations(): Promise<Violation[]> {
    // Run by the debugger, which the page's policy does not bind.
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const { violations: found } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
      return found.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
    });
  }

  return {
    page,
    errors,
    hosts,
    async go(part) {
      await page.locator("nav").getByRole("link", { name: part, exact: true }).click();
      await page.getByRole("main", { name: part }).waitFor();
    },
    async checkEverySize(name) {
      for (const colorScheme of ["light", "dark"] as const) {
        for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${size}.png`), fullPage: true });
          const bad = (await violations()).filter(({ impact }) => impact === "serious" || impact === "critical");
          assert.deepEqual(bad, [], `${name}, ${colorScheme}, ${size}`);
          const [wide, shown] = await page.evaluate(() => {
            const root = (globalThis as unknown as { document: { documentElement: Widths } }).document.documentElement;
            return [root.scrollWidth, root.clientWidth] as const;
          });
          assert.ok(wide <= shown, `${name} is ${wide} px wide in a window of ${shown}`);
        }
      }
      await page.setViewportSize(DESK);
    },
  };
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

interface Widths {
  scrollWidth: number;
  clientWidth: number;
}
