import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startLocalChain } from "../../node/adapters/anvil/startLocalChain.ts";
import type { Address } from "../../node/core/primitives.ts";
import { Commands } from "../../node/cli/local/commands.ts";
import { silentLogger } from "../chain/support/quiet.ts";

/** `swarm deploy` looks at its file first, and writes nothing into it that would let others use its endpoint. */

const signal = new AbortController().signal;
const commands = new Commands(signal);
let dir: string;
let options: { home: string; passwordFile: string; threshold: number; suspensionDays: number; licensor: Address[] };

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "deploy-"));
  const passwordFile = join(dir, "password");
  await writeFile(passwordFile, "a password for this test\n", { mode: 0o600 });
  const home = join(dir, "home");
  const create = import("../../node/cli/commands/accountCreate.ts");
  const { account } = await commands.run(create, { home, passwordFile });
  options = { home, passwordFile, threshold: 1, suspensionDays: 7, licensor: [account as Address] };
});

after(() => rm(dir, { recursive: true, force: true }));

const deploy = (rpc: string, out: string) =>
  commands.run(import("../../node/cli/commands/deploy.ts"), { ...options, rpc, out });

test("a file that cannot be written is found before the chain is asked anything", async () => {
  const notAFolder = join(dir, "password", "deployment.json");
  await assert.rejects(deploy("http://127.0.0.1:9", notAFolder), { syscall: "mkdir", path: join(dir, "password") });
});

test("an endpoint's user and password go neither into the deployment file nor into the result", async () => {
  const chain = await startLocalChain({ dir: join(dir, "chain"), port: 0, logger: silentLogger, signal });
  try {
    const out = join(dir, "deployment.json");
    const result = await deploy(`${chain.rpcUrl.replace("//", "//ann:s3cret@")}/?key=t0ken`, out);
    const text = (await readFile(out, "utf8")) + JSON.stringify(result);
    assert.doesNotMatch(text, /s3cret|t0ken|rpcUrl/);
  } finally {
    await chain.stop();
  }
});
