import assert from "node:assert/strict";
import type { Shell, Terminal } from "./shell.ts";
import { openTerminals } from "./terminals.ts";
import { guideOf, read } from "./walk.ts";

/** What a command that stays prints once the next step may follow. */
const READY =
  /^(A local chain .* runs at|Joined \S+ as member|all \d+ rounds are final|[1-9]\d* final rounds? checked)/m;
/** Before this is asked for, the reader waits until the daemons are through. */
const NEEDS_MODELS = /\bswarm (audit|model get|evaluate|predict)\b/;

/**
 * Types all commands of a guide in their order, each where the one before is done, and ends what stays.
 * @param look called with what each step printed
 */
export async function typeGuide(
  path: string,
  signal: AbortSignal,
  look: (script: string, output: string, terminals: Shell) => Promise<void> | void,
): Promise<void> {
  const { everywhere, steps } = guideOf(read(path));
  await using terminals = await openTerminals(everywhere, signal);
  const staying: { script: string; terminal: Terminal }[] = [];
  for (const { script, stays } of steps) {
    if (stays) {
      const terminal = terminals.open(script);
      staying.push({ script, terminal });
      await terminal.shows(READY);
      continue;
    }
    const daemons = staying.filter((each) => each.script.includes("swarm node run"));
    if (NEEDS_MODELS.test(script))
      await Promise.all(daemons.map(({ terminal }) => terminal.shows(/^all \d+ rounds are final/m)));
    const { code, output } = await terminals.type(script);
    assert.equal(code, 0, `${path}:\n${script}\n${output}`);
    await look(script, output, terminals);
  }
  for (const { script, terminal } of staying.toReversed()) {
    const follows = script.includes("--follow");
    assert.equal(await terminal.interrupt(), follows ? 0 : 130, `${script}\n${terminal.output()}`);
  }
}
