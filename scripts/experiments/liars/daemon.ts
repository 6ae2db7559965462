/**
 * A clinic's daemon that lies: `swarm node run` with another learner. It trains as it should, and as the other liars would on their rows, and
 * then gives the daemon weights that make a wrong update. All else is the product's: clipping, sealing, attesting, merging, voting.
 * Arguments: the lie, the files of the other liars' rows in one argument with commas, then those of `swarm node run`.
 */
import { createLearner } from "../../../node/adapters/tfjs/createLearner.ts";
import { type NodeRunOptions, runWith } from "../../../node/cli/commands/nodeRun.ts";
import { perform } from "../../../node/cli/perform.ts";
import { buildProgram } from "../../../node/cli/program.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import type { TaskDocument } from "../../../node/core/task/document.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { subtract } from "../../../node/core/weights/subtract.ts";
import type { Learner } from "../../../node/ports/learner.ts";
import { alie, flipped, LIES, type Lie } from "./lies.ts";

const [lie, others = "", ...args] = process.argv.slice(2);
if (!LIES.includes(lie as Lie) || args[0] !== "node" || args[1] !== "run")
  throw new SwarmError("USAGE_INVALID", `arguments are a lie (${LIES.join(", ")}), files of rows, node run ...`);

function liar(learner: Learner, fellows: readonly Learner[], document: TaskDocument): Learner {
  return {
    ...learner,
    async train(base, round, options) {
      const honest = await learner.train(base, round, options);
      const own = [honest];
      for (const fellow of fellows) own.push(await fellow.train(base, round, { signal: options.signal }));
      const deltas = own.map(({ weights }) => subtract(weights, base));
      const wrong =
        lie === "sign"
          ? flipped(deltas[0] as Weights)
          : alie(deltas, document.round.startMembers - deltas.length, document);
      const values = base.values.map((value, i) => value + (wrong.values[i] as number));
      return { ...honest, weights: { specs: base.specs, values } };
    },
  };
}

await using closing = new AsyncDisposableStack();
const program = buildProgram((options) =>
  perform(options, (cli) =>
    runWith(cli, options as NodeRunOptions, async (components, document) => {
      const { learner, logger } = components;
      const fellows: Learner[] = [];
      for (const dataPath of others.split(",").filter(Boolean)) {
        const fellow = await createLearner({ document, dataPath, logger, signal: cli.signal });
        fellows.push(closing.adopt(fellow, (it) => it.close()));
      }
      return { ...components, learner: liar(learner, fellows, document) };
    }),
  ),
);
await program.parseAsync(["node", "swarm", ...args]);
