import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import { Chatter } from "./chatter.ts";
import { Allowance, LineReader } from "./lines.ts";
import { MAX_LINE_BYTES, type NodeMessage, parseMessage, protocolError, type TrainerMessage } from "./messages.ts";

/** Messages that a trainer may send at once, and a second: progress is asked for some times a second. */
const MESSAGES_AT_ONCE = 1_000;
const MESSAGES_PER_SECOND = 100;
/** Milliseconds that its last words may take after it has ended. */
const LAST_WORDS_MS = 1_000;

export interface ProcessInit {
  /** The program's file and its arguments. */
  words: readonly string[];
  cwd: string;
  env: Record<string, string>;
  logger: Logger;
  /** Milliseconds from SIGTERM to SIGKILL. */
  stopMs: number;
}

/** One trainer process and the processes that it started: what it says, and its end. */
export class TrainerProcess {
  /** Resolves with why, once it has ended; never rejects. */
  readonly ended: Promise<SwarmError>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #stopMs: number;
  readonly #chatter: Chatter;
  #listener: (message: TrainerMessage) => void = () => undefined;
  #reason: SwarmError | undefined;
  #over = false;

  constructor({ words, cwd, env, logger, stopMs }: ProcessInit) {
    const [program, ...args] = words as [string, ...string[]];
    // A group of its own: what it starts ends with it, and a Ctrl-C in the node's terminal does not reach it.
    const child = spawn(program, args, { cwd, env, stdio: "pipe", detached: true, windowsHide: true });
    this.#child = child;
    this.#stopMs = stopMs;
    this.#chatter = new Chatter(logger);
    this.ended = this.#end();
    child.stdin.on("error", () => undefined);
    child.stderr.on("data", (chunk: Buffer) => this.#chatter.push(chunk));
    this.#readMessages();
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whoever listens now hears what it says from now on. */
  listen(listener: (message: TrainerMessage) => void): void {
    this.#listener = listener;
  }

  send(message: NodeMessage): void {
    if (!this.#over) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends it at once. @param reason what `ended` then says, unless it has ended for another one before */
  kill(reason: SwarmError): void {
    this.#reason ??= reason;
    if (!this.#over) this.#signal("SIGKILL");
  }

  /** Asks it to end, and after a while ends it. */
  async stop(reason: SwarmError): Promise<void> {
    if (this.#over) return void (await this.ended);
    this.#reason ??= reason;
    this.#child.stdin.end();
    this.#signal("SIGTERM");
    const kill = setTimeout(() => this.#signal("SIGKILL"), this.#stopMs);
    await this.ended;
    clearTimeout(kill);
  }

  #readMessages(): void {
    const lines = new LineReader(MAX_LINE_BYTES);
    const allowance = new Allowance(MESSAGES_AT_ONCE, MESSAGES_PER_SECOND);
    const { stdout } = this.#child;
    const take = (chunk: Buffer): void => {
      try {
        const complete = lines.push(chunk);
        if (complete === undefined) throw protocolError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
        for (const line of complete) {
          if (!allowance.take()) throw protocolError(`it sends more than ${MESSAGES_PER_SECOND} messages a second`);
          this.#listener(parseMessage(line));
        }
      } catch (error) {
        stdout.off("data", take).destroy();
        this.kill(error as SwarmError);
      }
    };
    stdout.on("data", take);
  }

  async #end(): Promise<SwarmError> {
    const child = this.#child;
    const { promise, resolve } = Promise.withResolvers<SwarmError | undefined>();
    child.once("error", (cause) => resolve(startError(cause)));
    child.once("exit", () => resolve(undefined));
    const closed = new Promise<void>((done) => void child.once("close", () => done()));
    const failure = await promise;
    this.#over = true;
    if (failure !== undefined) return failure;
    // What it started and left behind; also what keeps its pipes open.
    this.#signal("SIGKILL");
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, LAST_WORDS_MS);
    await Promise.race([closed, late]);
    clearTimeout(timer);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    this.#chatter.end();
    return this.#reason ?? this.#crash();
  }

  #crash(): SwarmError {
    const { exitCode, signalCode } = this.#child;
    const { last } = this.#chatter;
    const words = last === "" ? "without a word" : `its last words: ${last}`;
    return new SwarmError(
      "TRAINER_CRASHED",
      `the trainer ended (${signalCode ?? `exit code ${exitCode}`}), ${words}. It is started again; more is in the node's log`,
      { exitCode, signal: signalCode },
    );
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // Nobody is left in the group (some systems say EPERM for those that only wait to be forgotten).
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

const startError = (cause: Error): SwarmError =>
  new SwarmError("TRAINER_COMMAND", `the trainer cannot be started: ${cause.message}`, {}, cause);
