import type { NetworkView } from "../../core/ledger/view/network.ts";
import { nextLapse } from "../../core/ledger/view/registry.ts";
import { admissionKey } from "../../daemon/admission.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { AdmittedPeer, Network } from "../../ports/network.ts";
import { watchNetwork } from "../ledger.ts";

interface Admitting {
  ledger: Ledger;
  network: Pick<Network, "admit">;
  clock: Clock;
}

/**
 * Admits whom the registry has, and goes on following it until `signal` aborts: licences that come, end or lapse count at once, and an endpoint of
 * the chain that is away changes nothing. Resolves then.
 * @param peersAt who is admitted at `now`, unix seconds
 * @throws SwarmError of `Ledger.follow`
 */
export async function admitting(
  { ledger, network, clock }: Admitting,
  peersAt: (view: NetworkView, now: number) => AdmittedPeer[],
  signal: AbortSignal,
): Promise<void> {
  let admitted = "";
  let latest: NetworkView | undefined;
  let timer = new AbortController();
  const admit = async (): Promise<void> => {
    if (latest === undefined) return;
    const view = latest;
    const now = Math.max(view.timestamp, Math.floor(clock.now() / 1000));
    timer.abort(REPLACED);
    timer = new AbortController();
    const lapse = nextLapse(view.registry, now);
    const due = lapse === undefined || lapse === Number.POSITIVE_INFINITY ? undefined : Math.max(1, lapse - now) * 1000;
    if (due !== undefined) clock.sleep(due, AbortSignal.any([signal, timer.signal])).then(admit, () => undefined);
    const peers = peersAt(view, now);
    if (admissionKey(peers) === admitted) return;
    admitted = admissionKey(peers);
    await network.admit(peers);
  };
  try {
    for await (const { view } of watchNetwork(ledger, signal)) {
      latest = view;
      await admit();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    timer.abort(REPLACED);
  }
}

const REPLACED = new Error("another timer takes its place");

/** Runs `work` beside the following of the registry: whichever fails ends both. @throws what failed first */
export async function whileAdmitting(
  following: (signal: AbortSignal) => Promise<void>,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    stop.abort(error);
  };
  const followed = following(both).catch(fail);
  await work(both).catch(fail);
  stop.abort(REPLACED);
  await followed;
  if (failure !== undefined) throw failure;
}
