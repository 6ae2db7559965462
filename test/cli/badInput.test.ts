import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openDesk, type Desk } from "./support/swarm.ts";

/** What people get wrong: each is one thing away from a right command. */

let desk: Desk;
let chain: Awaited<ReturnType<Desk["start"]>>;

const ACCOUNT = "0x1111111111111111111111111111111111111111";
const CASES: { what: string; line: string; code: number; error: string; says: RegExp; env?: Record<string, string> }[] =
  [
    { what: "an unknown command", line: "stauts", code: 2, error: "USAGE_INVALID", says: /Did you mean status/ },
    {
      what: "an unknown option",
      line: "status --tsak x",
      code: 2,
      error: "USAGE_INVALID",
      says: /Did you mean --task/,
    },
    {
      what: "a missing argument",
      line: "license grant",
      code: 2,
      error: "USAGE_INVALID",
      says: /missing required argument 'account'/,
    },
    {
      what: "no account",
      line: "license grant 0x12 --home a --network net.json",
      code: 2,
      error: "USAGE_INVALID",
      says: /0x and 40 hex digits/,
    },
    {
      what: "options that exclude each other",
      line: `license grant ${ACCOUNT} --days 1 --auditor`,
      code: 2,
      error: "USAGE_INVALID",
      says: /cannot be used with/,
    },
    {
      what: "no home",
      line: `license grant ${ACCOUNT} --network net.json`,
      code: 2,
      error: "HOME_MISSING",
      says: /--home or SWARM_HOME/,
    },
    {
      what: "a home without keys",
      line: `license grant ${ACCOUNT} --home nobody --network net.json`,
      code: 2,
      error: "HOME_NO_KEYS",
      says: /swarm account create/,
    },
    {
      what: "no deployment file",
      line: "status",
      code: 2,
      error: "DEPLOYMENT_MISSING",
      says: /swarm\/deployment\.json.*--network/,
    },
    {
      what: "a damaged deployment file",
      line: "status --network broken.json",
      code: 2,
      error: "DEPLOYMENT_INVALID",
      says: /broken\.json/,
    },
    {
      what: "a wrong password",
      line: `license grant ${ACCOUNT} --home a --network net.json`,
      code: 2,
      error: "KEY_WRONG_PASSWORD",
      says: /password/i,
      env: { SWARM_PASSWORD: "not the password" },
    },
    {
      what: "no password and no terminal",
      line: `license grant ${ACCOUNT} --home a --network net.json`,
      code: 2,
      error: "KEY_NO_PASSWORD",
      says: /SWARM_PASSWORD/,
      env: { SWARM_PASSWORD: "" },
    },
    {
      what: "an unknown task",
      line: "task show wdbc --network net.json",
      code: 2,
      error: "TASK_UNKNOWN",
      says: /no task "wdbc"/,
    },
    {
      what: "a node's command in an account's folder",
      line: "node register --home a --network net.json",
      code: 2,
      error: "KEY_NOT_A_NODE",
      says: /swarm node init --home <new folder>/,
    },
    {
      what: "a daemon in a licensor's folder",
      line: "node run --home a --network net.json",
      code: 2,
      error: "KEY_NOT_A_NODE",
      says: /node's folder/,
    },
    {
      what: "making a node in a licensor's folder",
      line: "node init --home a",
      code: 2,
      error: "KEY_NOT_A_NODE",
      says: /in a new folder/,
    },
    {
      what: "a node's command in a folder without settings",
      line: "node register --home nobody --network net.json",
      code: 2,
      error: "NODE_FILE_MISSING",
      says: /swarm node init/,
    },
    {
      what: "a second chain on the same port",
      line: "chain start --dir second --port PORT",
      code: 2,
      error: "CHAIN_PORT_IN_USE",
      says: /--port/,
    },
    {
      what: "somebody who is no licensor",
      line: `license grant ${ACCOUNT} --home other --network net.json`,
      code: 1,
      error: "NOT_LICENSOR",
      says: /licensor's folder with --home; licensors are 0x/,
    },
    {
      what: "a node file with a misspelled field",
      line: "node show --home misspelled",
      code: 2,
      error: "NODE_FILE_INVALID",
      says: /node\.yaml/,
    },
    {
      what: "an address that peers cannot dial",
      line: "node init --home new --listen /ip4/0.0.0.0/tcp/4001",
      code: 2,
      error: "USAGE_INVALID",
      says: /--announce/,
    },
    {
      what: "rows that are not there",
      line: "node init --home new --data none.csv",
      code: 2,
      error: "USAGE_INVALID",
      says: /none\.csv/,
    },
    {
      what: "another chain than the deployment's",
      line: "status --network otherGenesis.json",
      code: 1,
      error: "CHAIN_OTHER_GENESIS",
      says: /another chain/,
    },
    {
      what: "other contracts than the deployment's",
      line: "status --network noCode.json",
      code: 1,
      error: "CHAIN_CODE_MISSING",
      says: /no SwarmLedger/,
    },
    {
      what: "an endpoint that is down",
      line: "status --network net.json --rpc http://127.0.0.1:9",
      code: 1,
      error: "CHAIN_UNREACHABLE",
      says: /127\.0\.0\.1:9/,
    },
    {
      what: "an endpoint that is no URL",
      line: "status --network net.json --rpc localhost",
      code: 2,
      error: "CHAIN_URL",
      says: /http:\/\//,
    },
    {
      what: "a council that cannot exist",
      line: `deploy --home a --licensor ${ACCOUNT} --threshold 2 --out new.json --rpc RPC`,
      code: 2,
      error: "DEPLOYMENT_COUNCIL",
      says: /threshold/,
    },
  ];

before(async () => {
  desk = await openDesk();
  chain = await desk.start(["chain", "start", "--dir", "chain", "--port", "0", "--json"]);
  const { rpcUrl } = JSON.parse(chain.firstLine);
  const [a] = await Promise.all([
    desk.swarm(["account", "create", "--home", "a", "--json"]),
    desk.swarm(["account", "create", "--home", "other"]),
  ]);
  const deployed = await desk.swarm([
    "deploy",
    "--home",
    "a",
    "--rpc",
    rpcUrl,
    "--licensor",
    a.json.account,
    "--threshold",
    "1",
    "--out",
    "net.json",
  ]);
  assert.equal(deployed.code, 0, deployed.stderr);
  const net = JSON.parse(await readFile(join(desk.dir, "net.json"), "utf8"));
  await writeFile(join(desk.dir, "otherGenesis.json"), JSON.stringify({ ...net, genesisHash: `0x${"0".repeat(64)}` }));
  await writeFile(join(desk.dir, "noCode.json"), JSON.stringify({ ...net, ledger: ACCOUNT }));
  await writeFile(join(desk.dir, "broken.json"), "{");
  await mkdir(join(desk.dir, "misspelled"));
  await writeFile(join(desk.dir, "misspelled/node.yaml"), "lisen: [/ip4/127.0.0.1/tcp/1]\n");
  for (const each of CASES) each.line = each.line.replace("RPC", rpcUrl).replace("PORT", new URL(rpcUrl).port);
});

after(async () => desk[Symbol.asyncDispose]());

for (const { what, code, error, says, env, ...rest } of CASES) {
  test(`${what}: exit code ${code}, ${error}`, async () => {
    const { line } = CASES.find((each) => each.what === what) ?? rest;
    const result = await desk.swarm([...line.split(" "), "--json"], env);
    assert.deepEqual([result.code, result.json.error.code], [code, error], result.stderr);
    assert.match(result.stderr, says);
    assert.doesNotMatch(result.stderr, /this is a bug|\n {4}at /);
  });
}

test("--verbose adds the code, the cause and where it was thrown", async () => {
  const { stderr } = await desk.swarm(["status", "--network", "none.json", "--verbose"]);
  assert.match(stderr, /error: there is no deployment file[\s\S]*code: DEPLOYMENT_MISSING[\s\S]* {4}at /);
});

test("asking for help is no failure, whether of the program or of a command", async () => {
  for (const args of [["--help"], ["help"], ["license", "grant", "--help"], ["help", "license"]]) {
    const { code, stdout } = await desk.swarm(args);
    assert.equal(code, 0, args.join(" "));
    assert.match(stdout, /Usage: swarm/);
  }
  assert.equal((await desk.swarm(["license"])).code, 2, "a group without a command");
});
