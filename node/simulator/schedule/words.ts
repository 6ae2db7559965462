import type { EarlyStopping, Fault, Liar, Schedule } from "./schedule.ts";

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const nodeName = (node: number): string => `node-${node}`;

/** A fault in words, without its time. */
export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case "crash":
      return `${nodeName(fault.node)} loses power ${fault.moment} its call number ${fault.calls} from now, for ${seconds(fault.ms)}`;
    case "leave":
      return `${nodeName(fault.node)} is stopped for ${seconds(fault.ms)}`;
    case "lose disk":
      return `${nodeName(fault.node)} loses power and its disk, and comes back after ${seconds(fault.ms)}`;
    case "full disk":
      return `${nodeName(fault.node)} has no room on its disk for ${seconds(fault.ms)}`;
    case "bit flip":
      return `a bit of a stored file of ${nodeName(fault.node)} flips (${fault.file}, ${fault.pick})`;
    case "torn write":
      return `${nodeName(fault.node)} loses power for ${seconds(fault.ms)}, and a stored file ends in its middle (${fault.file}, ${fault.pick})`;
    case "partition":
      return `the network falls apart (${fault.groups.join("")}) for ${seconds(fault.ms)}`;
    case "cut line":
      return `${nodeName(fault.node)} and ${nodeName(fault.other)} do not reach each other for ${seconds(fault.ms)}`;
    case "slow line":
      return `messages of ${nodeName(fault.node)} take up to ${seconds(fault.delay)} longer for ${seconds(fault.ms)}`;
    case "hang":
      return `transfers from ${nodeName(fault.node)} hang for ${seconds(fault.ms)}`;
    case "no endpoint":
      return `${nodeName(fault.node)} does not reach the chain for ${seconds(fault.ms)}`;
    case "slow endpoint":
      return `the chain's endpoint of ${nodeName(fault.node)} takes up to ${seconds(fault.delay)} longer for ${seconds(fault.ms)}`;
    case "lost answers":
      return `${Math.round(100 * fault.share)} % of what ${nodeName(fault.node)} sends to the chain, or of the answers, is lost for ${seconds(fault.ms)}`;
    case "clock jump":
      return `the clock of ${nodeName(fault.node)} jumps by ${seconds(fault.by)}`;
    case "chain halt":
      return `the chain makes no blocks for ${seconds(fault.ms)}`;
    case "reorganization":
      return `the chain's last blocks are replaced (${fault.depth})`;
    case "chain restart":
      return `the chain is killed, is away for ${seconds(fault.ms)} and comes back without its last blocks (${fault.blocks})`;
    case "suspend":
      return `${nodeName(fault.node)} is suspended for ${seconds(fault.ms)}`;
    case "revoke":
      return `the licence of ${nodeName(fault.node)} is revoked for ${seconds(fault.ms)}`;
    case "expire":
      return `the licence of ${nodeName(fault.node)} ends, and is renewed after ${seconds(fault.ms)}`;
    case "pause":
      return `the council pauses the opening of rounds for ${seconds(fault.ms)}`;
    case "join":
      return `${nodeName(fault.node)} joins the task`;
  }
}

export function liarWords({ node, author, attester, voter, server, share }: Liar): string {
  const dials = { author, attester, voter, server };
  const lies = Object.entries(dials).filter(([, what]) => what !== "honest");
  const text = lies.map(([role, what]) => `as ${role} ${what}`).join(", ") || "is honest after all";
  return `${nodeName(node)} ${text}${share < 1 ? `, ${Math.round(100 * share)} % of the time` : ""}`;
}

const earlyStoppingWords = ({ patience, minImprovement, lies }: EarlyStopping): string =>
  `stops early after ${patience} rounds without ${minImprovement} more; votes of liars carry ${lies === "none" ? "what is right" : `${lies}`}`;

/** The schedule as lines: first what the swarm is like, then what happens to it. */
export function scheduleWords(schedule: Schedule): string[] {
  const { shape, minPeers, phaseSeconds, merge, chain, liars, faults, healAt, noise, joiners, rounds, firstModel } =
    schedule;
  const { earlyStopping } = schedule;
  return [
    `${shape.nodes} members, f = ${shape.f}, minPeers ${minPeers}, ${merge.rule}${merge.optimizer === undefined ? "" : ` and ${merge.optimizer.type}`}, first model ${firstModel}, phases of ${phaseSeconds} s, ${rounds} rounds` +
      `${joiners > 0 ? `, ${joiners} more to join` : ""}`,
    ...(schedule.agrees ? ["members agree on statistics in the first round"] : []),
    ...(earlyStopping ? [earlyStoppingWords(earlyStopping)] : []),
    `blocks every ${seconds(chain.blockMs)}, ${chain.confirmations === 0 ? "final at once" : `final after ${chain.confirmations} more`}; ` +
      `transactions take up to ${seconds(noise.transactionMs)}, ${Math.round(100 * noise.duplicates)} % come twice`,
    ...liars.map(liarWords),
    ...faults.map((fault) => `at ${seconds(fault.at)} ${faultWords(fault)}`),
    `at ${seconds(healAt)} all is well again${liars.length > 0 ? ", but for the liars" : ""}`,
  ];
}
