import type { Identity } from "../../adapters/keys/identity.ts";
import type { Cli, CommandModule } from "../cli.ts";

/**
 * Runs the commands of `swarm` one after another in this process: the same code as typed by hand, without starting Node and unlocking
 * keys for each. What a command prints for people is dropped; its JSON result is returned.
 */
export class Commands {
  readonly #signal: AbortSignal;
  readonly #keyring = new Map<string, Promise<Identity>>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @returns what the command prints with `--json` @throws SwarmError as the command */
  async run<Options, Args extends unknown[]>(
    module: Promise<CommandModule<Options, Args>>,
    options: Options,
    ...args: Args
  ): Promise<Record<string, unknown>> {
    let result: Record<string, unknown> = {};
    const out: Cli["out"] = {
      isJson: true,
      say: () => undefined,
      note: () => undefined,
      json: (value) => {
        result = value as Record<string, unknown>;
      },
    };
    await (await module).run({ out, verbose: false, signal: this.#signal, keyring: this.#keyring }, options, ...args);
    return result;
  }
}
