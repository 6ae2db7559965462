import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Deployment } from "../../../../node/adapters/chain/deployment.ts";
import { reportFiles } from "../../../../node/cli/audit/report/files.ts";
import { openReporter, type Reporter } from "../../../../node/cli/audit/report/reporter.ts";
import type { AuditReport } from "../../../../node/core/audit/report.ts";
import { audit } from "../../../../node/core/audit.ts";
import { emptyNetwork } from "../../../../node/core/ledger/view/network.ts";
import type { LocatedEvent } from "../../../../node/core/ledger/events.ts";
import type { Address } from "../../../../node/core/primitives.ts";
import { account, deployment, hashOf, keccak, type World } from "../../../core/audit/world.ts";

export const network: Deployment = {
  protocolVersion: 1,
  chainId: deployment.chainId,
  genesisHash: deployment.genesis,
  registry: account(0x201),
  ledger: deployment.ledger,
  registryCodeHash: hashOf(0xc1),
  ledgerCodeHash: hashOf(0xc2),
  block: 1,
  finality: { kind: "immediate" },
  minPhaseBlocks: deployment.minPhaseBlocks,
};

export interface Written {
  report: AuditReport;
  html: string;
  json: string;
  csv: string;
  sha256: string;
  /** Of the three files: who may do what. */
  modes: number[];
  /** Names of those that the audit was told to write over. */
  wereThere: string[];
}

/** Audits a world and gives the three reports of it. @param during called after each event, with what reports it as it stands; @param there files before the audit */
export async function written(
  world: World,
  names: Record<Address, string> = {},
  during?: (reporter: Reporter, soFar: () => AuditReport, read: (name: string) => Promise<string>) => Promise<void>,
  there: Record<string, string> = {},
): Promise<Written> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-report-test-"));
  try {
    const read = (name: string): Promise<string> => readFile(join(dir, name), "utf8");
    for (const [name, text] of Object.entries(there)) await writeFile(join(dir, name), text);
    const files = await reportFiles(["a.html", "a.json", "a.csv"].map((name) => join(dir, name)));
    const view = emptyNetwork();
    view.head = world.events.at(-1)?.at.block ?? 0;
    const context = { deployment: network, view, names: new Map(Object.entries(names)) as Map<Address, string> };
    await using reporter = await openReporter(files, { ...context, filesFrom: "the folder <x>" });
    let soFar: (() => AuditReport) | undefined;
    async function* events(): AsyncGenerator<LocatedEvent> {
      for (const event of world.events) {
        yield event;
        if (soFar) await during?.(reporter, soFar, read);
      }
    }
    const report = await audit(reporter.through(events()), {
      files: world.files,
      deployment,
      keccak256: keccak,
      observer: reporter.observer,
      onProgress: (progress) => void ({ soFar } = progress),
    });
    const sha256 = await reporter.write(report, 0);
    const modes = await Promise.all(files.map(async ({ path }) => (await stat(path)).mode & 0o777));
    const wereThere = [...reporter.wereThere].map((path) => basename(path));
    return {
      report,
      sha256,
      modes,
      wereThere,
      html: await read("a.html"),
      json: await read("a.json"),
      csv: await read("a.csv"),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}
