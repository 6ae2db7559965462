import { SwarmError } from "../../core/errors.ts";
import type { CouncilAct } from "../../core/ledger/events.ts";
import type { RegistryView } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { AccountOptions, Cli, CommandModule } from "../cli.ts";
import { councilAct, type GrantedWish } from "../councilAct.ts";

interface CouncilOptions extends AccountOptions {
  threshold: number;
}

type Change<Options extends AccountOptions, Args extends unknown[]> = (
  registry: RegistryView,
  options: Options,
  ...args: Args
) => CouncilAct | GrantedWish;

/** A command for an act on the council itself. @param change makes the act, or throws what the registry would refuse after all approvals */
function command<Options extends AccountOptions, Args extends unknown[]>(
  change: Change<Options, Args>,
): CommandModule<Options, Args> {
  return {
    async run(cli: Cli, options: Options, ...args: Args) {
      await councilAct(cli, options, ({ view }) => {
        const changed = change(view.registry, options, ...args);
        return "already" in changed ? changed : { act: changed };
      });
      return undefined;
    },
  };
}

function checked(registry: RegistryView, licensors: number, threshold: number): number {
  if (licensors >= 1 && threshold <= licensors) return threshold;
  const text = `the council would have ${licensors} licensors and a threshold of ${threshold}: the threshold must be 1 to all of them`;
  throw new SwarmError("USAGE_INVALID", text, { licensors, threshold, now: registry.licensors.size });
}

export const add = command((registry, { threshold: given }: CouncilOptions, account: Address) => {
  if (!registry.licensors.has(account))
    return { act: "addLicensor", account, threshold: checked(registry, registry.licensors.size + 1, given) };
  const already = `${account} is a licensor already, and the threshold is ${registry.threshold}`;
  if (given === registry.threshold)
    return { act: { act: "addLicensor", account, threshold: given }, already: `${already}; nothing to do.` };
  const text = `${already}: change that with "swarm council threshold ${given}"`;
  throw new SwarmError("USAGE_INVALID", text, { account, threshold: registry.threshold });
});

export const remove = command((registry, { threshold: given }: CouncilOptions, account: Address) => {
  if (!registry.licensors.has(account))
    throw new SwarmError("USAGE_INVALID", `${account} is no licensor: see "swarm council show"`, { account });
  return { act: "removeLicensor", account, threshold: checked(registry, registry.licensors.size - 1, given) };
});

export const threshold = command((registry, _options: AccountOptions, given: number) => {
  const act = { act: "setThreshold", threshold: checked(registry, registry.licensors.size, given) } as const;
  if (given !== registry.threshold) return act;
  return { act, already: `The threshold is ${given} already; nothing to do.` };
});

export const pause = command((registry) => {
  if (registry.paused)
    return { act: { act: "pause" }, already: "The opening of rounds is paused already; nothing to do." };
  return { act: "pause" };
});

export const unpause = command((registry) => {
  if (!registry.paused)
    return { act: { act: "unpause" }, already: "The opening of rounds is not paused; nothing to do." };
  return { act: "unpause" };
});
