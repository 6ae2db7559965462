import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { buildWorld } from "../../core/audit/world.ts";
import { written } from "./support/written.ts";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = existsSync(chromium) ? false : `no browser at ${chromium}; CHROMIUM names another`;

test("a browser prints the page to a PDF of a few pages", { skip, timeout: 120_000 }, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "swarm-report-print-"));
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  await writeFile(join(dir, "a.html"), (await written(buildWorld().world)).html);
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(dir, "profile")}`];
  const to = join(dir, "a.pdf");
  await promisify(execFile)(
    chromium,
    [...flags, "--no-pdf-header-footer", `--print-to-pdf=${to}`, `file://${join(dir, "a.html")}`],
    { timeout: 100_000, signal: t.signal },
  );
  const pdf = await readFile(to, "latin1");
  assert.ok(pdf.startsWith("%PDF-"));
  const pages = [...pdf.matchAll(/\/Type\s*\/Page\b/g)].length;
  assert.ok(pages >= 2 && pages <= 12, `${pages} pages`);
});
