import type { Protections } from "../../adapters/process/protections.ts";

/** What keeps the clinic's own trainer apart on this machine, and what does not, for people. */
export function protectionWords({ noNetwork, keysHidden, endsWithDaemon, memoryLimited }: Protections): string[] {
  const each: [boolean, on: string, off: string][] = [
    [noNetwork, "without network", "the network can be reached"],
    [keysHidden, "the node's keys are hidden", "the node's keys can be read, as by any program of this user"],
    [endsWithDaemon, "ends with this daemon", "can outlive this daemon, if that is killed"],
    [memoryLimited, "memory limited", "memory not limited"],
  ];
  const words = (wanted: boolean): string[] =>
    each.filter(([is]) => is === wanted).map(([is, on, off]) => (is ? on : off));
  const [on, off] = [words(true), words(false)];
  return [
    ...(on.length > 0 ? [`the trainer is kept apart: ${on.join(", ")}`] : []),
    ...(off.length > 0 ? [`but not: ${off.join("; ")}`] : []),
  ];
}
