import type { MemoryLedger } from "../../adapters/memory/ledger.ts";
import type { VirtualClock } from "../../adapters/memory/clock.ts";
import { SwarmError } from "../../core/errors.ts";
import type { LedgerAct } from "../../core/ledger/acts.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Chance } from "../schedule/chance.ts";
import type { Weather } from "./weather.ts";

/** Milliseconds that an answer of a node's endpoint takes when all is well. */
const USUAL_MS = 40;

/** A node's way to the chain: slow, and at times it loses what is sent or what is answered. */
export function weatheredLedger(
  ledger: MemoryLedger,
  { node, clock, chance, weather }: { node: number; clock: VirtualClock; chance: Chance; weather: Weather },
): Ledger {
  const wait = (signal: AbortSignal): Promise<void> =>
    clock.sleep(chance.whole(1, USUAL_MS + weather.worst("slow endpoint", node)), signal);
  const isLost = (): boolean => chance.is(weather.worst("lost answers", node));

  async function send(act: LedgerAct, signal: AbortSignal): ReturnType<Ledger["send"]> {
    await wait(signal);
    if (isLost()) throw lost();
    const sending = ledger.send(act, { signal });
    if (isLost()) {
      // The transaction is on its way all the same.
      sending.catch(() => undefined);
      await wait(signal);
      throw lost();
    }
    const receipt = await sending;
    await wait(signal);
    return receipt;
  }

  return {
    ...ledger,
    send: (act, { signal }) => send(act, signal),
    async *follow(options) {
      for await (const update of ledger.follow(options)) {
        await wait(options.signal);
        yield update;
      }
    },
  };
}

const lost = (): SwarmError => new SwarmError("CHAIN_UNREACHABLE", "The endpoint did not answer in time.");
