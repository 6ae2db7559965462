import { readPublic } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { facts } from "../output/table.ts";
import { commandOf } from "../trainer.ts";

export async function run(cli: Cli, options: AccountOptions): Promise<undefined> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const identity = await readPublic(home);
  const entries = Object.entries(settings.names ?? {});
  cli.out.say(
    facts([
      ["account", identity.account],
      ["peer id", identity.peerId ?? "-"],
      ["encryption key", identity.encryptionKey ?? "-"],
      ["network", settings.network ?? "(not set: --network, SWARM_NETWORK or ./swarm/deployment.json)"],
      ["endpoint", settings.rpc ?? "(the deployment's)"],
      ["listens on", settings.listen.join("\n")],
      ["announces", (settings.announce ?? settings.listen).join("\n")],
      ["data", settings.data ?? "(not set)"],
      ["task", settings.task ?? "(none joined)"],
      ["trains with", commandOf(settings) ?? "(the built-in engine)"],
      ["names", entries.length === 0 ? "(none)" : entries.map(([account, name]) => `${account} ${name}`).join("\n")],
    ]),
  );
  cli.out.json({ ...identity, home: home.dir, settings });
  return undefined;
}
