import { existsSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { root } from "./place.mjs";
import { run } from "./run.mjs";

/** npm's own file, so that a chosen Node can run it: what started us, or what came with the running Node. */
function npmFile() {
  const from = process.env.npm_execpath;
  if (from && /^np[mx]-cli\.js$/.test(basename(from))) {
    const file = join(dirname(from), "npm-cli.js");
    if (existsSync(file)) return file;
  }
  const bin = dirname(process.execPath);
  const places = [join(bin, "..", "lib", "node_modules", "npm"), join(bin, "node_modules", "npm")];
  return places.map((place) => join(place, "bin", "npm-cli.js")).find((file) => existsSync(file));
}

/**
 * Runs npm in the project's folder under `node`. Always without install scripts (nothing here needs one), and with
 * optional packages and, unless omitted here, development ones, whatever NODE_ENV and the user's npmrc say.
 * @returns npm's exit status
 */
export function npm(node, ...args) {
  const always = [
    "--ignore-scripts",
    "--include=optional",
    "--engine-strict=false",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  if (!args.includes("--omit=dev")) always.push("--include=dev");
  const file = npmFile();
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter) };
  if (file !== undefined) return run(node, [file, ...args, ...always], { cwd: root, env });
  return run("npm", [...args, ...always], { cwd: root, env, shell: process.platform === "win32" });
}
