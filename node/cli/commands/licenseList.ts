import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { table } from "../output/table.ts";
import { utc } from "../output/units.ts";
import { openSession } from "../session.ts";
import { licenseState, licenseWords } from "../words/licenses.ts";

export async function run(cli: Cli, options: NetworkOptions): Promise<undefined> {
  await using session = await openSession(cli, options);
  const { registry } = session.view;
  const now = session.now();
  const licenses = [...registry.licenses.keys()].map((account) => {
    const { role, grant, expiresAt, suspendedUntil } = licenseOf(registry, account);
    const registration = registry.registrations.get(account);
    return {
      account,
      role,
      state: licenseState(registry, account, now),
      grant,
      expiresAt: role === "node" ? expiresAt : null,
      // JSON has no Infinity: confirmed by the council reads null there, told apart by `state`.
      suspendedUntil: suspendedUntil > now ? suspendedUntil : 0,
      registered: registration !== undefined,
      version: registration?.version ?? 0,
      peerId: registration?.peerId ?? null,
      addresses: registration?.addresses ?? [],
    };
  });
  cli.out.json({ licenses });
  if (licenses.length === 0) {
    cli.out.say("No licence was granted yet: swarm license grant <account>");
    return undefined;
  }
  const rows = licenses.map((each) => [
    each.account,
    each.role,
    licenseWords(registry, each.account, now),
    each.expiresAt === null ? "-" : utc(each.expiresAt),
    each.registered ? `version ${each.version}` : "no",
    each.peerId ?? "-",
  ]);
  cli.out.say(table(["ACCOUNT", "ROLE", "STATE", "EXPIRES", "REGISTERED", "PEER ID"], rows));
  return undefined;
}
