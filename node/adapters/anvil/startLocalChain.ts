import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "../../ports/logger.ts";
import { anvilArguments, fixedChainId } from "./arguments.ts";
import { awaitListening } from "./awaitListening.ts";
import { findAnvil } from "./binary.ts";
import { lockChainDir } from "./lock.ts";
import { keepCopy, recoverState } from "./state.ts";

export interface LocalChainInit {
  /** Folder of the chain's state; made if missing. One chain per folder. */
  readonly dir: string;
  /** IPv4 or IPv6 address to listen on; 127.0.0.1 where it is left out. Whoever can reach it can rewrite the chain. */
  readonly host?: string;
  /** TCP port; 0 takes a free one. */
  readonly port: number;
  /** Fixed when the chain is first started; 31337 by default. */
  readonly chainId?: number;
  readonly logger: Logger;
  /** Aborting stops the chain, as stop() does. */
  readonly signal: AbortSignal;
}

export interface LocalChain {
  readonly rpcUrl: string;
  readonly wsUrl: string;
  readonly pid: number;
  /** The block that it goes on from; 0 for one that has none but the first. */
  readonly block: number;
  /** Resolves with the exit status once the chain has ended for whatever reason; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Writes the state, ends the chain and frees the folder; safe to call again. */
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** Where this machine reaches what listens there, as URLs write it. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return LOOPBACK;
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** The first copy soon, as there is none yet; must exceed the first state interval of one second. Milliseconds. */
const FIRST_COPY = 3_000;
/**
 * Often, as the chain's own last state may be torn (torn.ts) and what follows the copy is lost then: never more rarely than nodes, who go back by
 * 256 blocks (R9), can bear with ten blocks a second; else a fortieth of the time at most.
 */
const COPY_LEAST = 2_000;
const COPY_MOST = 10_000;
const COPY_SHARE = 40;
const COPY_RETRY = 700;
/** A large state takes a while to write; after this the chain is killed, its last written state stays. Milliseconds. */
const STOP_LIMIT = 20_000;

/**
 * Starts the chain of a network on one machine: mines when a transaction arrives, gas is free, only 127.0.0.1 can reach it unless told otherwise.
 * It comes back with the same genesis and all blocks and logs; what it mined in the last second or so before a kill may be gone (R9).
 * @throws SwarmError CHAIN_PORT_IN_USE, CHAIN_DIR_IN_USE, CHAIN_STATE_DAMAGED, CHAIN_ID_CHANGED, CHAIN_NO_PROGRAM, CHAIN_NOT_STARTED
 */
export async function startLocalChain({
  dir: folder,
  host = LOOPBACK,
  port,
  chainId,
  logger,
  signal,
}: LocalChainInit): Promise<LocalChain> {
  signal.throwIfAborted();
  const dir = resolve(folder);
  const program = findAnvil();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lock = await lockChainDir(dir, logger, signal);
  let child: ChildProcess | undefined;
  try {
    const state = recoverState(dir, logger);
    // A process group of its own: a Ctrl-C in the terminal must reach it after the nodes that still use it.
    child = spawn(program, anvilArguments(dir, { host, port }, fixedChainId(dir, chainId), state), {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    const exited = new Promise<number | null>((done) =>
      child?.once("close", (status) => done(status)).once("error", () => done(null)),
    );
    if (child.pid !== undefined) lock.chainIs(child.pid);
    const actual = await awaitListening(child, host, port, signal);
    const at = `${reachable(host)}:${actual}`;
    const block = state?.block ?? 0;
    logger.info("The local chain is up", { rpcUrl: `http://${at}`, block, dir });
    return { ...watch(child, at, exited, dir, lock.release, logger, signal), block };
  } catch (error) {
    child?.kill("SIGKILL");
    lock.release();
    throw error;
  }
}

function watch(
  child: ChildProcess,
  at: string,
  exited: Promise<number | null>,
  dir: string,
  release: () => void,
  logger: Logger,
  signal: AbortSignal,
): Omit<LocalChain, "block"> {
  /** A copy that cannot be made, as on a full disk, must end neither the chain nor the process that watches it. */
  const tryCopy = (): boolean => {
    try {
      return keepCopy(dir);
    } catch (error) {
      logger.warn("The chain's state could not be copied; trying again later", { dir, error });
      return true;
    }
  };
  const copy = (): void => {
    const started = performance.now();
    const whole = tryCopy();
    const pause = Math.max(whole ? COPY_LEAST : COPY_RETRY, COPY_SHARE * (performance.now() - started));
    timer = setTimeout(copy, Math.min(COPY_MOST, pause)).unref();
  };
  let timer = setTimeout(copy, FIRST_COPY).unref();
  const endWithUs = (): boolean => child.kill("SIGTERM");
  process.once("exit", endWithUs);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      clearTimeout(timer);
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
      await exited;
      clearTimeout(force);
    })();
    return stopping;
  };
  const onAbort = (): void => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  const ended = exited.then((status) => {
    clearTimeout(timer);
    process.off("exit", endWithUs);
    signal.removeEventListener("abort", onAbort);
    if (stopping === undefined) logger.error("The local chain ended by itself; start it again", { status, dir });
    tryCopy();
    release();
    return status;
  });
  return {
    rpcUrl: `http://${at}`,
    wsUrl: `ws://${at}`,
    pid: child.pid ?? 0,
    exited: ended,
    stop: () =>
      stop()
        .then(() => ended)
        .then(() => undefined),
  };
}
