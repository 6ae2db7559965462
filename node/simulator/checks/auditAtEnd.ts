import { sha3 } from "../../adapters/memory/ledger/words.ts";
import { audit } from "../../core/audit.ts";
import type { AuditFiles, FileCopy } from "../../core/audit/files.ts";
import type { World } from "../world/world.ts";

/**
 * The real audit of everything that is final, from the files of the honest nodes: each adopted model must come out of the merge again.
 * @returns what is wrong, in words; undefined where nothing is
 */
export async function auditAtEnd(world: World): Promise<string | undefined> {
  const { chain, nodes, witness, schedule } = world;
  const files: AuditFiles = {
    async get(kind, hash) {
      const copies: FileCopy[] = [];
      for (const node of nodes) {
        if (node.liar) continue;
        const bytes = await node.disk.read(kind, hash);
        // One right copy is enough here, and reading seven of everything takes most of a simulation's time.
        if (bytes) return [...copies, { source: node.name, giver: { kind: "node", name: node.name }, bytes }];
      }
      return copies;
    },
  };
  const report = await audit(witness.events(), {
    files,
    keccak256: sha3,
    deployment: {
      chainId: chain.settings.chainId,
      genesis: chain.genesisHash,
      ledger: chain.settings.ledger,
      minPhaseBlocks: schedule.chain.minPhaseBlocks,
    },
  });
  const wrong = report.findings.filter(({ severity }) => severity === "wrong");
  if (wrong.length > 0) return wrong.map(({ code, text }) => `${code}: ${text}`).join("; ");
  return report.verdict === "right" ? undefined : `the audit is ${report.verdict}: ${report.unchecked[0]?.text}`;
}
