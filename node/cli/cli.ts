import type { Identity } from "../adapters/keys/identity.ts";
import type { ExitCode } from "./exitCodes.ts";
import type { Output } from "./output/output.ts";

/** What every command gets besides its arguments: where it prints, and when it has to stop. */
export interface Cli {
  out: Output;
  /** Print causes and stacks of errors, and the adapters' own log lines. */
  verbose: boolean;
  /** Aborts at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process. */
  signal: AbortSignal;
  /** Keys that earlier commands of this process unlocked, by folder; only for programs that run several commands. */
  keyring?: Map<string, Promise<Identity>>;
}

/** A command's module, imported only when the command runs. `undefined` counts as success. */
export interface CommandModule<Options, Args extends unknown[]> {
  run(cli: Cli, options: Options, ...args: Args): Promise<ExitCode | undefined>;
}

/** Options that each command has. */
export interface OutputOptions {
  json?: boolean;
  verbose?: boolean;
}

/** Options of commands that read the network. */
export interface NetworkOptions extends OutputOptions {
  network?: string;
  rpc?: string;
  home?: string;
}

/** Options of commands that act as somebody. */
export interface AccountOptions extends NetworkOptions {
  passwordFile?: string;
}
