import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const HERE = resolve(import.meta.dirname, "..", "..");

/** A tiny project with the real launcher and a pretended npm that records how it was called and "installs" what the lock file asks for. */
export interface Project {
  readonly dir: string;
  write(path: string, text: string): void;
  /** Arguments of each call of npm so far. */
  npmCalls(): string[];
  launch(args: readonly string[], options?: { env?: Record<string, string> }): ChildProcess;
}

const NPM = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const omit = process.argv.includes("--omit=dev");
const wanted = Object.entries(packages).filter(([path, entry]) => path && !(omit && entry.dev) && !entry.os);
mkdirSync("node_modules", { recursive: true });
if (process.env.NPM_DIES === "1") process.exit(9);
await new Promise((done) => setTimeout(done, Number(process.env.NPM_TAKES ?? 0)));
writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: Object.fromEntries(wanted) }));
`;

export function makeProject(): Project {
  const dir = mkdtempSync(join(tmpdir(), "launch-"));
  const write = (path: string, text: string): void => {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  for (const part of ["setup", "testing", "launch.mjs", "test.ts"])
    cpSync(join(HERE, "scripts", part), join(dir, "scripts", part), { recursive: true });
  write("package.json", JSON.stringify({ name: "project", type: "module" }));
  write("fake/npm-cli.js", NPM);
  write("fake/package.json", JSON.stringify({ type: "module" }));
  write(
    "package-lock.json",
    JSON.stringify({
      packages: {
        "": { name: "project" },
        "node_modules/used": { version: "1.0.0" },
        "node_modules/tool": { version: "2.0.0", dev: true },
        "node_modules/elsewhere": { version: "1.0.0", optional: true, os: ["none"] },
      },
    }),
  );
  return {
    dir,
    write,
    npmCalls: () =>
      existsSync(join(dir, "npm-calls")) ? readFileSync(join(dir, "npm-calls"), "utf8").trim().split("\n") : [],
    launch: (args, { env = {} } = {}) => {
      // Node refuses a test run inside a test run unless the mark of the outer one is gone.
      const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
      return spawn(process.execPath, [join(dir, "scripts", "launch.mjs"), ...args], {
        cwd: dir,
        env: { ...inherited, npm_execpath: join(dir, "fake", "npm-cli.js"), ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
  };
}

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Collects what a process says until it ends. */
export function ended(child: ChildProcess): Promise<Ended> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => (out += chunk));
  child.stderr?.on("data", (chunk) => (err += chunk));
  return new Promise((done, failed) =>
    child.once("error", failed).once("close", (status) => done({ status, out, err })),
  );
}

/** Resolves once the process has said `text` on its standard output. */
export function says(child: ChildProcess, text: string): Promise<void> {
  let out = "";
  return new Promise((done, failed) => {
    child.stdout?.on("data", (chunk) => {
      out += chunk;
      if (out.includes(text)) done();
    });
    child.once("close", () => failed(new Error(`it ended without saying "${text}": ${out}`)));
  });
}
