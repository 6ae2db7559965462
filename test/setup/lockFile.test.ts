import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

interface Entry {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  os?: string[];
  cpu?: string[];
  engines?: { node?: string };
  hasInstallScript?: boolean;
}

const root = resolve(import.meta.dirname, "..", "..");
const text = readFileSync(resolve(root, "package-lock.json"), "utf8");
const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };
const manifest = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as Record<
  string,
  Record<string, string>
>;
const external = Object.entries(packages).filter(([path, entry]) => path.startsWith("node_modules/") && !entry.link);

test("the lock file names no registry: whoever installs uses their own", () => {
  assert.doesNotMatch(text, /https?:\/\/[^"]*\.tgz/);
  assert.deepEqual(
    external.filter(([, entry]) => entry.resolved !== undefined),
    [],
  );
});

test("every package is pinned by its hash, but the chain's program for platforms that it could not be fetched for", () => {
  const without = external
    .filter(([, entry]) => entry.integrity === undefined)
    .map(([path]) => path.replace("node_modules/", ""));
  const allowed = [
    "@foundry-rs/anvil-darwin-amd64",
    "@foundry-rs/anvil-darwin-arm64",
    "@foundry-rs/anvil-linux-arm64",
    "@foundry-rs/anvil-win32-amd64",
  ];
  assert.deepEqual(
    without.filter((name) => !allowed.includes(name)),
    [],
  );
});

test("versions in package.json are exact", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  const loose = Object.entries(all).filter(([, version]) => !/^(\d+\.\d+\.\d+|file:.+)$/.test(version));
  assert.deepEqual(loose, []);
});

test("Linux, macOS and Windows each have a Node and a chain in the lock file", () => {
  const has = (name: string, os: string, cpu: string): boolean =>
    external.some(
      ([path, entry]) =>
        path.startsWith(`node_modules/${name}`) && [entry.os].flat().includes(os) && [entry.cpu].flat().includes(cpu),
    );
  for (const [os, cpu] of [
    ["linux", "x64"],
    ["linux", "arm64"],
    ["darwin", "x64"],
    ["darwin", "arm64"],
    ["win32", "x64"],
  ] as const) {
    assert.ok(has("node-", os, cpu), `Node for ${os}-${cpu}`);
    assert.ok(has("@foundry-rs/anvil-", os, cpu), `anvil for ${os}-${cpu}`);
  }
});
