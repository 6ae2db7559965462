import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..");
const IMPORT = /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

interface Edge {
  from: string;
  to: string;
  line: string;
}

const files = globSync("node/**/*.ts", { cwd: root }).map((file) => file.split(sep).join("/"));
const edges: Edge[] = files.flatMap((from) =>
  [...readFileSync(join(root, from), "utf8").matchAll(IMPORT)].map((match) => {
    const name = (match[1] ?? match[2]) as string;
    const to = name.startsWith(".")
      ? relative(root, resolve(root, dirname(from), name))
          .split(sep)
          .join("/")
      : name;
    return { from, to, line: match[0].trim() };
  }),
);
const inside = (edge: Edge): boolean => edge.to.startsWith("node/");
const layerOf = (file: string): string => file.split("/")[1] as string;

/** Which layers a layer may import, besides itself. */
const ALLOWED: Record<string, string[]> = {
  core: [],
  ports: ["core"],
  adapters: ["core", "ports"],
  daemon: ["core", "ports"],
  modes: ["core", "ports", "daemon"],
  dashboard: ["core", "ports"],
  simulator: ["core", "ports", "adapters", "daemon"],
  cli: ["core", "ports", "adapters", "daemon", "modes", "dashboard", "simulator"],
};

test("the checks below look at real files", () => {
  assert.ok(files.length > 50 && edges.length > 100, `${files.length} files, ${edges.length} imports`);
});

test("imports point one way: core <- ports <- {adapters, daemon, modes} <- cli", () => {
  const wrong = edges.filter(
    (edge) =>
      inside(edge) &&
      layerOf(edge.to) !== layerOf(edge.from) &&
      !ALLOWED[layerOf(edge.from)]?.includes(layerOf(edge.to)),
  );
  assert.deepEqual(wrong, []);
});

test("the core imports nothing from outside but the schema library, and a hash in one file", () => {
  const outside = edges.filter((edge) => layerOf(edge.from) === "core" && !inside(edge) && edge.to !== "zod");
  assert.deepEqual([...new Set(outside.map(({ from, to }) => `${from}: ${to}`))], ["node/core/hash.ts: node:crypto"]);
});

test("what runs at a clinic imports only packages that are installed there", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    "dependencies" | "optionalDependencies",
    Record<string, string>
  >;
  const installed = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies)]);
  const packageOf = (name: string): string =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/");
  const wrong = edges.filter(
    (edge) =>
      !edge.from.endsWith(".d.ts") &&
      !inside(edge) &&
      !edge.to.startsWith("node:") &&
      !edge.to.startsWith(".") &&
      !installed.has(packageOf(edge.to)),
  );
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from}: ${to}`),
    [],
  );
  const used = new Set(edges.filter((edge) => !inside(edge)).map(({ to }) => packageOf(to)));
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !used.has(name)),
    [],
    "installed and never imported",
  );
});

test("the core reads no clock and no chance", () => {
  const forbidden =
    /\bDate\.now\(|\bnew Date\(|\bMath\.random\(|\bperformance\.now\(|\bprocess\.|\bfetch\(|\bsetTimeout\(/;
  const hits = files.filter(
    (file) => layerOf(file) === "core" && forbidden.test(readFileSync(join(root, file), "utf8")),
  );
  assert.deepEqual(hits, []);
});

test("each outside library is imported in one adapter folder", () => {
  const folders = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    if (layerOf(from) !== "adapters" || to.startsWith("node")) continue;
    const library = to.startsWith("@tensorflow/")
      ? "@tensorflow"
      : to
          .split("/")
          .slice(0, to.startsWith("@") ? 2 : 1)
          .join("/");
    const folder = from.split("/")[2] as string;
    folders.set(library, (folders.get(library) ?? new Set()).add(folder));
  }
  // What these name is shared on purpose: an identity is made of the keys that these worlds use.
  const shared = new Set([
    "ethers",
    "zod",
    "age-encryption",
    "@libp2p/crypto",
    "@libp2p/peer-id",
    "@libp2p/interface",
    "multiformats",
    "@multiformats/multiaddr",
  ]);
  const several = [...folders]
    .filter(([library, users]) => users.size > 1 && !shared.has(library))
    .map(([library, users]) => `${library}: ${[...users].join(", ")}`);
  assert.deepEqual(several, []);
});

test("there are no import cycles", () => {
  const next = Map.groupBy(
    edges.filter((edge) => inside(edge) && !edge.line.startsWith("import type")),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const { to } of next.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  assert.deepEqual(cycles, []);
});

test("no file is longer than 250 lines", () => {
  const all = [
    ...files,
    ...globSync("{scripts,test}/**/*.{ts,mjs}", { cwd: root }),
    ...globSync("contracts/**/*.sol", { cwd: root }),
  ];
  const long = all
    .map((file) => `${file}: ${readFileSync(join(root, file), "utf8").split("\n").length - 1}`)
    .filter((entry) => Number(entry.split(": ")[1]) > 250);
  assert.deepEqual(long, []);
});
