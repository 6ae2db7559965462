// The way in for every npm script: plain JavaScript for Node 20 and up, without dependencies.
// node scripts/launch.mjs [--setup-only] [--development] [--contracts] <script.ts> [arguments]
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { areContractsBuilt, areTypesBuilt } from "./setup/contracts.mjs";
import { install } from "./setup/install.mjs";
import { linkBin } from "./setup/link-bin.mjs";
import { withLock } from "./setup/lock.mjs";
import { missingPackages } from "./setup/packages.mjs";
import { pickNode } from "./setup/pinned-node.mjs";
import { root } from "./setup/place.mjs";
import { run } from "./setup/run.mjs";
import { explained, fail, say } from "./setup/say.mjs";

const LEAST = 20;
/** A small young generation saves some 50 MB in a daemon; a still smaller one costs a tenth of the processor time for 15 MB more. */
const FLAGS = ["--max-semi-space-size=4", "--disable-warning=ExperimentalWarning"];

/**
 * glibc makes an arena for each few threads, and what is free in one is of no use to the others: two save some 10 MB in a daemon. And once a large
 * piece was freed it keeps twice as much for later, up to 64 MB; with a threshold of one's own it gives free memory back. What the operator sets
 * goes first.
 */
const ENVIRONMENT = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

async function setUp({ development, contracts }) {
  const lacking = () => {
    const missing = missingPackages();
    return missing.runtime.length > 0 || (development && missing.development.length > 0);
  };
  // A second look inside the lock: whoever held it may have done the work.
  if (lacking()) {
    await withLock(join(root, ".swarm", "setup.lock"), async () => {
      if (lacking()) await install(development);
    });
  }
  linkBin();
  const stale = () => contracts && (!areContractsBuilt() || (development && !areTypesBuilt()));
  if (!stale()) return;
  await withLock(join(root, ".swarm", "setup.lock"), async () => {
    if (!stale()) return;
    await install(true);
    linkBin();
    say("compiling the contracts");
    const status = await run(pickNode(), [...FLAGS, join(root, "scripts", "build.ts")], { cwd: root });
    if (status !== 0) fail("the contracts do not compile (see above)", status);
  });
}

/**
 * Finishes the set-up as far as the command needs it, then runs the script under the pinned Node.
 * @param options development: needs Hardhat, compilers, checkers; contracts: needs the compiled contracts
 * @returns the script's exit status
 */
export function launch(script, args, options = {}) {
  return explained(async () => {
    if (Number.parseInt(process.versions.node, 10) < LEAST) {
      fail(`Node ${process.versions.node} is too old: install Node ${LEAST} or newer from https://nodejs.org`);
    }
    await setUp(options);
    if (script === undefined) {
      say('all is set up. "npm start" runs the example network; "npx swarm --help" lists the commands');
      return 0;
    }
    const file = isAbsolute(script) ? script : join(root, script);
    return run(pickNode(), [...FLAGS, file, ...args], { env: { ...ENVIRONMENT, ...process.env } });
  });
}

function main(args) {
  const options = { development: false, contracts: false };
  let setupOnly = false;
  for (; args[0]?.startsWith("--"); args.shift()) {
    if (args[0] === "--development") options.development = true;
    else if (args[0] === "--contracts") options.contracts = true;
    else if (args[0] === "--setup-only") setupOnly = true;
    else fail(`unknown option ${args[0]} of the launcher`);
  }
  if (!setupOnly && args.length === 0) fail("say what to run: node scripts/launch.mjs <script.ts> [arguments]");
  return launch(setupOnly ? undefined : args[0], args.slice(1), options);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await explained(async () => main(process.argv.slice(2)));
}
