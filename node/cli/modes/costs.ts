import type { Network, Traffic } from "../../ports/network.ts";

/** What a process has cost so far. */
export interface Costs {
  traffic: Traffic;
  /** Of this process, all threads. */
  cpuSeconds: number;
  /** Most that was resident at a time. */
  maxMemoryBytes: number;
}

export const costsOf = (network: Pick<Network, "traffic">): Costs => ({
  traffic: network.traffic(),
  ...usageOfProcess(),
});

/** What the operating system counts of this process. */
export function usageOfProcess(): Omit<Costs, "traffic"> {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, maxMemoryBytes: process.resourceUsage().maxRSS * 1024 };
}
