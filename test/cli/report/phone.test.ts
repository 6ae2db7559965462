import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { buildWorld } from "../../core/audit/world.ts";
import { written } from "./support/written.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(executablePath) ? false : `no browser at ${executablePath}; CHROMIUM names another`;

test(
  "on a phone nothing is wider than the page: paths and hashes of findings break",
  { skip, timeout: 240_000 },
  async () => {
    const { world, updates } = buildWorld({ retainRounds: 1 });
    world.copies.delete(updates[1]?.[0] as `0x${string}`);
    const path = `/home/clinic/files/update/${"ab".repeat(40)}`;
    const damaged = { source: path, giver: { kind: "folder", name: path }, bytes: new Uint8Array([1]) } as const;
    world.copies.set(updates[2]?.[1] as `0x${string}`, [damaged]);
    const { html } = await written(world);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 240_000 });
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      await page.setContent(html);
      const wide =
        "[...document.querySelectorAll('h1,h2,h3,p,li,dd,dt')].filter((it) => it.scrollWidth > it.clientWidth && it.clientWidth > 0).map((it) => it.textContent)";
      assert.deepEqual(await page.evaluate(wide), []);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
    } finally {
      await browser.close();
    }
  },
);
