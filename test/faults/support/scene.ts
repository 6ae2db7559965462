import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Watched } from "../../e2e/support/daemon.ts";
import { type LogWatch, watchLog } from "../../e2e/support/log.ts";
import type { TaskChanges } from "../../../node/cli/local/changedTask.ts";
import { openSwarm, SHORT_PHASES, type SwarmOptions, type TestSwarm } from "../../e2e/support/swarm.ts";

/** More than any scenario gets to: it ends by the council's pause. */
const ROUNDS = 2_000;
/** Milliseconds. Faults make phases longer, up to sixteen times. */
const PATIENCE = 240_000;

/** Four clinics' daemons to be hurt, and what all of them said, however often they were started. */
export interface Scene extends AsyncDisposable {
  swarm: TestSwarm;
  /** The daemons that run, or ran last, by clinic. */
  daemons: Watched[];
  say(text: string): void;
  start(clinic: number): Promise<Watched>;
  /** All join and run. */
  startAll(): Promise<void>;
  /** Later lines of a daemon's log, down to debug. */
  log(clinic: number): LogWatch;
  /** `kill -9` and a new start; resolves when it is ready. */
  restart(clinic: number): Promise<void>;
  /** Highest round that any daemon saw the end of. */
  lastRound(): number;
  /** The first round after `after` whose model has the clinic's update, as another daemon reports it. */
  includedAfter(clinic: number, after: number, by?: number): Promise<number>;
  /** Lets the open round end, then looks at all: one model a round at all of them, the same last one, and an audit that ends with `exitCode`. */
  settle(options?: Settling): Promise<void>;
}

export interface Settling {
  /** Of the audit. */
  exitCode?: number;
  /** Clinics whose daemons run and are to agree; all by default. */
  honest?: number[];
  /** Clinics whose key is used by somebody else, too. */
  doubled?: number[];
}

export async function openScene(changes: TaskChanges = {}, options: SwarmOptions = {}): Promise<Scene> {
  const swarm = await openSwarm(ROUNDS, { ...SHORT_PHASES, ...changes }, { patienceMs: PATIENCE, ...options });
  const started = performance.now();
  const lives: Watched[][] = swarm.clinics.map(() => []);
  const logs: LogWatch[] = [];
  const daemons: Watched[] = [];
  const say = (text: string): void => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${seconds.padStart(7)} s  ${text}\n`);
  };
  const take = (clinic: number, daemon: Watched): Watched => {
    (lives[clinic] as Watched[]).push(daemon);
    daemons[clinic] = daemon;
    return daemon;
  };
  /** Every end of a round that a clinic's daemons reported. */
  const endsAt = (clinic: number) => (lives[clinic] as Watched[]).flatMap(({ events }) => events.filter(isRound));

  async function start(clinic: number): Promise<Watched> {
    const daemon = take(clinic, swarm.run(clinic, ["--verbose"]));
    await daemon.ready;
    return daemon;
  }

  async function settle({ exitCode = 0, honest = [0, 1, 2, 3], doubled = [] }: Settling = {}): Promise<void> {
    const running = honest.map((clinic) => daemons[clinic] as Watched);
    const seen = running.map(({ events }) => events.length);
    const paused = await swarm.swarm("council", "pause", "--home", swarm.at.licensors[0] as string);
    assert.equal(paused.code, 0, paused.stderr);
    const isPause = (event: Record<string, unknown>): boolean =>
      event.event === "standing" && /paused/.test(String(event.text));
    await Promise.all(running.map((daemon, i) => daemon.until("the council's pause", isPause, seen[i])));
    const { json } = await swarm.swarm("status");
    const model = String(json.tasks[0].model);
    const rounds = agreed(honest.map(endsAt));
    assert.equal(rounds.at(-1)?.modelHash, model, "the last round's model is the ledger's");
    for (const clinic of honest)
      assert.equal(endsAt(clinic).at(-1)?.modelHash, model, `clinic ${clinic + 1} ended with the last round's model`);
    const audit = await swarm.swarm("audit", "--home", swarm.at.auditor);
    assert.equal(audit.code, exitCode, audit.stderr);
    assert.equal(audit.json.counts.roundsFinalized, rounds.length);
    for (const clinic of honest.filter((it) => !doubled.includes(it))) {
      const log = await readFile(join(swarm.at.clinics[clinic] as string, "daemon.log"), "utf8");
      const line = log.split("\n").find((it) => /KEY_USED_ELSEWHERE|CHAIN_NONCE_CONTESTED/.test(it));
      assert.equal(line, undefined, `clinic ${clinic + 1} takes its own acts for somebody else's`);
    }
    say(`${rounds.length} rounds final, one model a round at all of ${honest.length}; audit: ${audit.json.verdict}`);
  }

  return {
    swarm,
    daemons,
    say,
    start,
    async startAll() {
      await swarm.runAll(["--verbose"], take);
      say("four daemons run");
    },
    log(clinic) {
      const file = join(swarm.at.clinics[clinic] as string, "daemon.log");
      assert.ok(existsSync(file), file);
      const log = watchLog(file, PATIENCE);
      logs.push(log);
      log.rest();
      return log;
    },
    async restart(clinic) {
      await daemons[clinic]?.kill();
      await start(clinic);
    },
    lastRound: () => Math.max(0, ...lives.flatMap((_, clinic) => endsAt(clinic).map(({ round }) => Number(round)))),
    async includedAfter(clinic, after, by = (clinic + 1) % 4) {
      const account = swarm.clinics[clinic] as string;
      const event = await (daemons[by] as Watched).until(
        `a round after ${after} with clinic-${clinic + 1}'s update`,
        (it) => isRound(it) && Number(it.round) > after && (it.included as string[]).includes(account),
      );
      return Number(event.round);
    },
    settle,
    async [Symbol.asyncDispose]() {
      for (const log of logs) log[Symbol.dispose]();
      await swarm[Symbol.asyncDispose]();
    },
  };
}

type Event = Record<string, unknown>;
const isRound = ({ event }: Event): boolean => event === "round";

/**
 * The rounds in order. Where the chain lost its last blocks a round can end twice, and its later end counts (R9).
 * @throws AssertionError where two clinics report different models or updates of a round
 */
function agreed(byClinic: readonly Event[][]): Event[] {
  const rounds = new Map<number, Event>();
  for (const [clinic, events] of byClinic.entries()) {
    for (const [round, event] of new Map(events.map((it) => [Number(it.round), it]))) {
      const first = rounds.get(round) ?? event;
      rounds.set(round, first);
      assert.equal(event.modelHash, first.modelHash, `round ${round} at clinic ${clinic + 1}`);
      assert.deepEqual(event.included, first.included, `updates of round ${round} at clinic ${clinic + 1}`);
    }
  }
  return [...rounds.values()].sort((a, b) => Number(a.round) - Number(b.round));
}
