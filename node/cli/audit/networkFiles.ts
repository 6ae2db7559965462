import type { AuditFiles } from "../../core/audit/files.ts";
import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { mayConnect } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import { modelSpecs } from "../../core/task/document.ts";
import { maxFileBytes } from "../../core/update.ts";
import { admissionKey } from "../../daemon/admission.ts";
import type { AdmittedPeer } from "../../ports/network.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { readPublic, unlock } from "../identity.ts";
import type { Session } from "../session.ts";
import { cliLogger } from "../system.ts";
import { documentOf } from "../tasks.ts";
import { whyNotEligible } from "../words/licenses.ts";
import { openNode } from "../wire.ts";
import { nodeFiles, PATIENCE_MS, STARTING_MS, sumOf } from "./nodes.ts";
import { peersOfAllTasks } from "./peers.ts";
import { createReach } from "./reach.ts";

/** Files that nodes give. */
export type NetworkFiles = AuditFiles &
  AsyncDisposable & {
    /** Has to be called when the network has changed. */
    admit(): Promise<void>;
    /** Waits, some seconds at most, until the nodes that are to be asked are connected. @returns how many they are, and which are not */
    settle(onLook: (connected: number, nodes: number) => void): Promise<{ nodes: number; away: Address[] }>;
  };

export interface NetworkFilesOptions extends AccountOptions {
  follow?: boolean;
  /** Ask only these, each for its own copy. */
  only?: readonly Address[];
}

/**
 * The running network's files, read as the account of `--home`: an auditor, or a member for its own tasks.
 * @param view kept up to date by the caller
 * @throws SwarmError HOME_MISSING, NOT_LICENSED, and those of `openNode`
 */
export async function networkFiles(
  cli: Cli,
  session: Session,
  view: NetworkView,
  { follow = false, only, ...options }: NetworkFilesOptions,
): Promise<NetworkFiles> {
  if (options.home === undefined) {
    throw new SwarmError(
      "HOME_MISSING",
      "say where the files are to be read from: --from <dir...> for nodes' folders or an archive, or --home <dir> of a registered auditor to ask the running nodes",
    );
  }
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  requireReader(session, (await readPublic(home)).account);
  const identity = await unlock(cli, home, options);
  const largest = [...session.view.tasks.values()].map((task) => {
    const document = documentOf(task);
    return document ? maxFileBytes(modelSpecs(document)) : 0;
  });
  // A followed ledger may bring larger tasks than those of today: what each file may have is asked for with it.
  const limit = follow ? {} : { maxFileBytes: Math.max(1, ...largest) };
  const node = await openNode({
    home,
    identity,
    deployment: session.deployment,
    listen: settings.listen,
    ...limit,
    logger: cliLogger(cli),
  });
  const pauses = follow ? PATIENCE_MS : STARTING_MS;
  const reach = createReach(node.network, sumOf(pauses));
  const peers = (of: NetworkView): AdmittedPeer[] =>
    peersOfAllTasks(of, identity.account, Math.max(of.timestamp, session.now()));
  let admitted = "";
  const admit = async (present: AdmittedPeer[]): Promise<void> => {
    if (admissionKey(present) === admitted) return;
    admitted = admissionKey(present);
    await node.network.admit(present);
  };
  return {
    ...nodeFiles({
      node,
      view,
      note: (text) => cli.verbose && cli.out.note(text),
      pauses,
      reach,
      ...(only ? { only } : {}),
    }),
    admit: () => admit(peers(view)),
    async settle(onLook) {
      const present = peers(session.view);
      await admit(present);
      const members = new Set([...session.view.tasks.values()].flatMap((task) => task.members));
      const asked = present.filter(({ account }) => (only ? only.includes(account) : members.has(account)));
      const unknown = (only ?? []).filter((account) => asked.every((peer) => peer.account !== account));
      const nodes = asked.length + unknown.length;
      const look = (connected: number): void => onLook(connected, nodes);
      const away = await reach.settle(asked, { signal: cli.signal, onLook: look });
      return { nodes, away: [...away.map(({ account }) => account), ...unknown] };
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

/** Nodes give files to those whom the registry names, and would let anyone else wait. @throws SwarmError NOT_LICENSED */
function requireReader({ view: { registry }, now }: Session, account: Address): void {
  const time = now();
  const licensed = mayConnect(registry, account, time);
  if (licensed && registry.registrations.has(account)) return;
  const why = licensed ? "has not registered its keys" : whyNotEligible(registry, account, time);
  const text = `nodes give no files to ${account}: it ${why}. Licensors let it read with "swarm license grant ${account} --auditor", it registers with "swarm node register"; folders of nodes can be read with --from`;
  throw new SwarmError("NOT_LICENSED", text, { account });
}
