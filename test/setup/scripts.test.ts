import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..", "..");
const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

test("every npm script runs files that are there", () => {
  for (const [name, line] of Object.entries(scripts)) {
    const files = line.split(" ").filter((word) => /\.(ts|mjs)$|\/bin\//.test(word));
    assert.ok(files.length > 0, name);
    for (const file of files) assert.ok(existsSync(resolve(root, file)), `npm run ${name}: there is no ${file}`);
  }
});
