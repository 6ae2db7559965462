import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Deployment, readDeployment, writeDeployment } from "../../node/adapters/chain/deployment.ts";
import { createLedger } from "../../node/adapters/chain/ledger.ts";
import { registrationDigest } from "../../node/adapters/chain/registration.ts";
import { registryAbi } from "../../node/adapters/chain/abi/artifacts.ts";
import { latestTimestamp, registrationNonce } from "../../node/adapters/chain/views.ts";
import { toHex } from "../../node/adapters/chain/abi/values.ts";
import { startAnvil, type TestChain } from "./support/anvil.ts";
import { components, deployTestNetwork } from "./support/network.ts";
import { testEncryptionKey, testSigner } from "./support/signers.ts";

describe("a network's deployment", { timeout: 60_000 }, () => {
  let chain: TestChain;
  let deployment: Deployment;
  let folder: string;
  before(async () => {
    chain = await startAnvil();
    deployment = await deployTestNetwork(chain.url);
    folder = await mkdtemp(join(tmpdir(), "deployment-"));
  });
  after(async () => {
    await chain.kill();
    await rm(folder, { recursive: true });
  });

  it("is written whole and read back the same", async () => {
    const path = join(folder, "deployment.json");
    await writeDeployment(path, deployment);
    assert.deepEqual(await readDeployment(path), deployment);
    assert.deepEqual(await readdir(folder), ["deployment.json"]);
  });

  it("names file and field when the file is missing or damaged", async () => {
    const path = join(folder, "damaged.json");
    await assert.rejects(readDeployment(path), { code: "DEPLOYMENT_MISSING", message: /damaged\.json/ });
    await writeFile(path, "{");
    await assert.rejects(readDeployment(path), { code: "DEPLOYMENT_INVALID", message: /damaged\.json/ });
    await writeFile(path, JSON.stringify({ ...deployment, registry: "0x12", finality: { kind: "confirmations" } }));
    await assert.rejects(readDeployment(path), {
      code: "DEPLOYMENT_INVALID",
      message: /registry: must be 0x and 40.*finality\.blocks/,
    });
    await writeFile(path, JSON.stringify({ ...deployment, surprise: 1 }));
    await assert.rejects(readDeployment(path), { code: "DEPLOYMENT_INVALID", message: /surprise/ });
  });

  it("is checked against the chain at every start", async () => {
    const start = (changes: Partial<Deployment>) =>
      createLedger({ ...components, deployment: { ...deployment, ...changes } });
    const otherHash = `0x${"12".repeat(32)}` as const;
    await assert.rejects(start({ genesisHash: otherHash }), { code: "CHAIN_OTHER_GENESIS" });
    await assert.rejects(start({ registry: `0x${"12".repeat(20)}` }), {
      code: "CHAIN_CODE_MISSING",
      message: /NodeRegistry/,
    });
    await assert.rejects(start({ registry: deployment.ledger }), { code: "CHAIN_CODE_MISMATCH" });
    await assert.rejects(start({ ledgerCodeHash: otherHash }), { code: "CHAIN_CODE_MISMATCH", message: /SwarmLedger/ });
    await assert.rejects(start({ protocolVersion: 99 }), { code: "CHAIN_VERSION" });
    await assert.rejects(start({ rpcUrl: "http://127.0.0.1:1" }), {
      code: "CHAIN_UNREACHABLE",
      message: /127\.0\.0\.1:1/,
    });
    await assert.rejects(start({ rpcUrl: "ftp://127.0.0.1" }), { code: "CHAIN_URL" });
  });

  it("never shows what an endpoint's URL keeps secret", async () => {
    const rpcUrl = "http://user:hunter2@127.0.0.1:1/v3/token-in-path?key=k";
    const error = (await createLedger({ ...components, deployment, rpcUrl }).catch(
      (caught: unknown) => caught,
    )) as Error & { data: unknown };
    assert.doesNotMatch(error.message + JSON.stringify(error.data), /hunter2|token-in-path|key=k/);
  });

  it("refuses a council that cannot be", async () => {
    const twice = [testSigner(1).address, testSigner(1).address];
    await assert.rejects(deployTestNetwork(chain.url, { licensors: twice }), { code: "DEPLOYMENT_COUNCIL" });
    await assert.rejects(deployTestNetwork(chain.url, { threshold: 2 }), { code: "DEPLOYMENT_COUNCIL" });
  });

  it("hashes a registration as the contract does", async () => {
    const ledger = await createLedger({ ...components, deployment });
    const signal = new AbortController().signal;
    const { publicKey: peerKey, address: account } = testSigner(5);
    const nonce = await registrationNonce(ledger.endpoint, deployment, account, signal);
    const deadline = (await latestTimestamp(ledger.endpoint, signal)) + 60;
    const keys = {
      encryptionKey: testEncryptionKey(5),
      addresses: ["/ip4/127.0.0.1/tcp/1", "/dns4/clinic.example/tcp/4001"],
      deadline,
    };
    const data = registryAbi().encodeFunctionData("registrationDigest", [
      account,
      { ...keys, peerKey: toHex(peerKey) },
    ]);
    const digest = await ledger.endpoint.request("eth_call", [{ to: deployment.registry, data }, "latest"], signal);
    assert.equal(registrationDigest(deployment, { ...keys, account, peerKey, nonce }), digest);
    await ledger.close();
  });
});
