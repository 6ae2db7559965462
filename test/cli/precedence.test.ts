import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Perform } from "../../node/cli/define.ts";
import { nodeSettings, homeOf } from "../../node/cli/home.ts";
import { monitorAddressOf } from "../../node/cli/monitorAddress.ts";
import { chooseNetwork } from "../../node/cli/network.ts";
import { buildProgram } from "../../node/cli/program.ts";
import { PROTOCOL_VERSION } from "../../node/core/primitives.ts";
import { readPassword } from "../../node/adapters/keys/password.ts";
import { makeTempFolder } from "../ports/support.ts";

type Options = Record<string, unknown>;

/** What a command is run with, given this command line and environment. */
async function optionsOf(t: TestContext, line: string, environment: Record<string, string> = {}): Promise<Options> {
  let seen: Options | undefined;
  const perform: Perform = async (options) => void (seen = { ...options } as Options);
  const names = ["SWARM_HOME", "SWARM_NETWORK", "SWARM_RPC", "SWARM_METRICS"];
  const before = { ...process.env };
  t.after(() => void (process.env = before));
  for (const name of names) delete process.env[name];
  Object.assign(process.env, environment);
  await buildProgram(perform).parseAsync(["node", "swarm", ...line.split(" ")]);
  process.env = before;
  return seen ?? {};
}

const SETTINGS = [
  { option: "home", variable: "SWARM_HOME", values: ["a", "b"] },
  { option: "network", variable: "SWARM_NETWORK", values: ["a.json", "b.json"] },
  { option: "rpc", variable: "SWARM_RPC", values: ["http://a", "http://b"] },
  {
    option: "metrics",
    variable: "SWARM_METRICS",
    values: ["1", "2"],
    read: (text: string) => ({ host: "127.0.0.1", port: Number(text) }),
  },
] as const;

for (const setting of SETTINGS) {
  const { option, variable, values } = setting;
  const read = "read" in setting ? setting.read : (text: string) => text;
  test(`--${option} goes before ${variable}, that before the file`, async (t) => {
    const [given, environment] = values;
    const both = await optionsOf(t, `node run --${option} ${given}`, { [variable]: environment });
    assert.deepEqual(both[option], read(given));
    assert.deepEqual((await optionsOf(t, "node run", { [variable]: environment }))[option], read(environment));
    assert.equal((await optionsOf(t, "node run"))[option], undefined);
  });
}

test("network, rpc and metrics: what is given goes before node.yaml, that before what is usual", async (t) => {
  const dir = await makeTempFolder(t);
  const home = join(dir, "home");
  await mkdir(home);
  const hash = (digit: string): string => `0x${digit.repeat(64)}`;
  const deployment = {
    protocolVersion: PROTOCOL_VERSION,
    chainId: 31_337,
    genesisHash: hash("1"),
    registry: `0x${"2".repeat(40)}`,
    ledger: `0x${"3".repeat(40)}`,
    registryCodeHash: hash("4"),
    ledgerCodeHash: hash("5"),
    block: 1,
    minPhaseBlocks: 0,
    finality: { kind: "immediate" },
    rpcUrl: "http://127.0.0.1:1",
  };
  await writeFile(join(dir, "own.json"), JSON.stringify(deployment));
  await copyFile(join(dir, "own.json"), join(dir, "other.json"));
  const file = "listen: [/ip4/127.0.0.1/tcp/1]\nnetwork: ../own.json\nrpc: http://127.0.0.1:2\nmetrics: 7\n";
  await writeFile(join(home, "node.yaml"), file);
  const network = (await chooseNetwork({ home })).file;
  assert.equal(network, join(dir, "own.json"));
  assert.equal((await chooseNetwork({ home, network: join(dir, "other.json") })).file, join(dir, "other.json"));
  assert.equal((await chooseNetwork({ home })).rpcUrl, "http://127.0.0.1:2");
  assert.equal((await chooseNetwork({ home, rpc: "http://127.0.0.1:3" })).rpcUrl, "http://127.0.0.1:3");
  assert.equal((await chooseNetwork({ network })).rpcUrl, "http://127.0.0.1:1");
  const settings = await nodeSettings(homeOf({ home }));
  assert.ok(settings);
  assert.equal(monitorAddressOf(undefined, settings)?.port, 7);
  assert.equal(monitorAddressOf({ host: "127.0.0.1", port: 8 }, settings)?.port, 8);
});

test("a password: --password-file, then SWARM_PASSWORD_FILE, then SWARM_PASSWORD", async (t) => {
  const dir = await makeTempFolder(t);
  const write = async (name: string): Promise<string> => {
    await writeFile(join(dir, name), name, { mode: 0o600 });
    return join(dir, name);
  };
  const env = { SWARM_PASSWORD_FILE: await write("second"), SWARM_PASSWORD: "third" };
  assert.equal(await readPassword({ file: await write("first"), env }), "first");
  assert.equal(await readPassword({ env }), "second");
  assert.equal(await readPassword({ env: { SWARM_PASSWORD: "third" } }), "third");
});
