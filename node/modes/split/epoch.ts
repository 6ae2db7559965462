import type { PartState } from "../../ports/splitLearner.ts";
import { counted } from "../../core/units.ts";
import { endOfEpoch } from "./epochEnd.ts";
import type { Session } from "./lobby.ts";
import type { Pulse } from "./pulse.ts";
import type { ServerContext } from "./serverContext.ts";
import { ONE, type ServerState } from "./serverKept.ts";
import type { TurnResult } from "./steps.ts";
import { serveTurn } from "./turn.ts";

/** One epoch, begun again until enough clients finished their turns in it (S6). */
export async function trainEpoch(context: ServerContext, state: ServerState, pulse: Pulse): Promise<ServerState> {
  const { parts, lobby, observer, clock } = context;
  const { minClients, clients: order } = parts.split;
  const epoch = state.epoch + 1;
  for (;;) {
    const here = (): Session[] => lobby.sessions();
    if (here().length < minClients) {
      const text = `waiting for clients: ${here().length} of at least ${minClients} ${here().length === 1 ? "is" : "are"} here for epoch ${epoch}`;
      observer.waiting?.({ text });
      pulse.say(text);
      await lobby.until(() => here().length >= minClients);
    }
    const started = clock.now();
    const sessions = here();
    pulse.say(`epoch ${epoch} of ${parts.split.epochs}: ${trainWords(sessions.length, order)}`);
    const results =
      order === "inTurn" ? await inTurn(context, state, sessions) : await parallel(context, state, sessions);
    if (results.length >= minClients) return endOfEpoch(context, state, results, started);
    observer.waiting?.({
      text: `epoch ${epoch} has ${counted(results.length, "client")} of at least ${minClients}: it is begun again from what was kept`,
    });
  }
}

function trainWords(clients: number, order: "inTurn" | "parallel"): string {
  if (clients === 1) return "1 client trains";
  return `${clients} clients train${order === "inTurn" ? " one after another" : ""}`;
}

/** One after another on one copy; the client part goes from hand to hand. */
async function inTurn(context: ServerContext, state: ServerState, sessions: Session[]): Promise<TurnResult[]> {
  await context.part.load(ONE, state.copies.get(ONE) as PartState);
  const results: TurnResult[] = [];
  for (const [client, { account }] of sessions.entries()) {
    const last = results.at(-1);
    const parts = last === undefined ? state.clientParts : [{ ...last.part, weight: 1 }];
    const result = await serveTurn(context, {
      epoch: state.epoch + 1,
      account,
      client,
      copy: ONE,
      parts,
      first: last === undefined,
    });
    if (result !== undefined) results.push(result);
  }
  return results;
}

/** All at once, each on a copy of its own from the same beginning (SplitFed's first version, averaged once an epoch). */
async function parallel(context: ServerContext, state: ServerState, sessions: Session[]): Promise<TurnResult[]> {
  const [start] = state.copies.values();
  if (start === undefined) throw new Error("the server has no part");
  const turns = sessions.map(async ({ account }, client) => {
    // Values are the same in all copies; the optimizer is each one's own, and fresh for a client that is new.
    await context.part.load(account, state.copies.get(account) ?? { ...start, moments: [], steps: 0 });
    return serveTurn(context, {
      epoch: state.epoch + 1,
      account,
      client,
      copy: account,
      parts: state.clientParts,
      first: true,
    });
  });
  return (await Promise.all(turns)).filter((result) => result !== undefined);
}
