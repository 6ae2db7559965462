/**
 * `npm run setup:native`: builds the native training engine in a folder of its own: TensorFlow.js's package for Node, compiled against the libraries
 * of TensorFlow's Python wheel. Versions and the wheel's hash are pinned; nothing of it is needed to run a node. Takes 1.1 GB of disk.
 */
import { copyFileSync, existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NATIVE_VERSIONS, nativeFolder, readyFile } from "../node/adapters/tfjs/native/folder.ts";
import { run } from "./setup/run.mjs";
import { npm } from "./setup/npm.mjs";
import { root } from "./setup/place.mjs";

const here = join(import.meta.dirname, "native");
const say = (text: string): void => void process.stderr.write(`${text}\n`);

class StepFailed extends Error {}

async function must(what: string, status: Promise<number>): Promise<void> {
  const code = await status.catch((error: Error) => {
    throw new StepFailed(`${what} did not start: ${error.message}`);
  });
  if (code !== 0) throw new StepFailed(`${what} failed (${code}); what it said is above`);
}

const python = process.env.PYTHON ?? "python3";
/** Of Python 3.11, which the wheel's hash is of; the Python that runs need not be. */
const WHEEL = [
  "--python-version",
  "3.11",
  "--implementation",
  "cp",
  "--abi",
  "cp311",
  "--platform",
  "manylinux_2_27_x86_64",
];

async function build(folder: string): Promise<void> {
  for (const name of ["package.json", "package-lock.json"]) copyFileSync(join(here, name), join(folder, name));
  copyFileSync(join(root, ".npmrc"), join(folder, ".npmrc"));
  say("installing TensorFlow.js for Node");
  await must("npm ci", npm(process.execPath, "ci", "--omit=dev", "--prefix", folder));
  say("fetching TensorFlow's libraries (270 MB)");
  const wheels = join(folder, "wheels");
  const download = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "--only-binary=:all:",
  ];
  await must("pip", run(python, [...download, ...WHEEL, "--dest", wheels, "-r", join(here, "requirements.txt")]));
  const [wheel] = globSync("*.whl", { cwd: wheels });
  if (wheel === undefined) throw new StepFailed("pip fetched no wheel");
  const pkg = join(folder, "node_modules", "@tensorflow", "tfjs-node");
  const deps = join(pkg, "deps");
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(deps);
  await must("taking the libraries out", run(python, [join(here, "extract.py"), join(wheels, wheel), deps]));
  rmSync(wheels, { recursive: true });
  say("compiling");
  const output = join(pkg, "lib", "napi-v8", "tfjs_binding.node");
  mkdirSync(dirname(output), { recursive: true });
  await must("the C++ compiler", run(process.env.CXX ?? "c++", compilerArguments(folder, pkg, output)));
}

function compilerArguments(folder: string, pkg: string, output: string): string[] {
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(pkg, "binding", name));
  const includes = [
    join(folder, "node_modules", "node-api-headers", "include"),
    join(pkg, "deps", "include"),
    join(pkg, ".."),
  ];
  return [
    ..."-O2 -std=c++17 -fPIC -shared -DNAPI_VERSION=8 -w".split(" "),
    ...includes.flatMap((path) => ["-I", path]),
    ...sources,
    "-o",
    output,
    "-L",
    join(pkg, "deps", "lib"),
    // Beside the binding wherever the folder is moved to.
    "-Wl,-rpath,$ORIGIN/../../deps/lib",
    // Stays loaded when a worker ends: TensorFlow has threads of its own, which do not.
    "-Wl,-z,nodelete",
    "-ltensorflow",
    "-ltensorflow_framework",
  ];
}

async function main(): Promise<void> {
  const folder = nativeFolder();
  if (existsSync(readyFile(folder))) return say(`the native engine is there already: ${folder}`);
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new StepFailed(
      `the native engine is built on Linux x64 only, not on ${process.platform} ${process.arch}: nodes train on WebAssembly here`,
    );
  // Built beside it and renamed, so that what is found is whole.
  const building = `${folder}.new`;
  rmSync(building, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  await build(building);
  writeFileSync(readyFile(building), `${JSON.stringify(NATIVE_VERSIONS)}\n`);
  renameSync(building, folder);
  say(`the native engine is in ${folder}; "swarm doctor" shows how fast it is`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
