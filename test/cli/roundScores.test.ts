import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { homeOf } from "../../node/cli/home.ts";
import { modelTable } from "../../node/cli/words/modelTable.ts";
import { bestRound, roundScores } from "../../node/cli/roundScores.ts";
import type { FinalRound, TaskView } from "../../node/core/ledger/view/task.ts";
import { canonicalDocument } from "../../node/core/task/document.ts";
import { taskDocument } from "../task/fixture.ts";
import { HASH } from "./support/ledger.ts";

const dir = await mkdtemp(join(tmpdir(), "swarm-scores-"));
after(() => rm(dir, { recursive: true, force: true }));
const home = homeOf({ home: dir });

/** A task whose rounds 1, 2 ... ended with these evaluations of the members. */
function task(...evaluations: (number | undefined)[]): TaskView {
  const history = evaluations.map((evaluation, i) => {
    const final = { round: i + 1, modelHash: HASH(String(i + 1)) };
    return (evaluation === undefined ? final : { ...final, evaluation, score: 10_000 * evaluation }) as FinalRound;
  });
  return { taskId: HASH("7"), document: canonicalDocument(taskDocument()), history } as unknown as TaskView;
}

/** A line of a node's records: how the model of the round before did. */
const line = (round: number, accuracy: number, loss: number, modelHash = HASH(String(round))): string =>
  JSON.stringify({ round, modelHash, base: { rows: 9, accuracy, loss } });

const records = (...lines: string[]): Promise<void> => writeFile(home.rounds, lines.join("\n"));

test("a node's own scores are those of the round before each line; the lower loss decides between equals", async () => {
  await records(line(1, 0.99, 0), line(2, 0.8, 0.5), line(3, 0.9, 0.3), line(4, 0.9, 0.2));
  const of = task(undefined, undefined, undefined, undefined);
  assert.equal(await bestRound(of, home), 3);
  const scores = await roundScores(of, home);
  assert.deepEqual(
    [...scores].map(([round, { own }]) => [round, own?.accuracy]),
    [
      [1, 0.8],
      [2, 0.9],
      [3, 0.9],
      [4, undefined],
    ],
  );
});

test("lines of another task, and one that is being written, tell nothing", async () => {
  await records(line(2, 0.7, 1), line(3, 1, 0, HASH("b")), line(3, 1, 0).slice(0, 30));
  assert.equal(await bestRound(task(undefined, undefined, undefined), home), 1);
});

test("where the members evaluate, the swarm's score decides, and the first round of equals wins", async () => {
  await records(line(2, 0.99, 0));
  assert.equal(await bestRound(task(0.8, 0.91, 0.91, undefined), home), 2);
});

test("without any score there is no best round", async () => {
  await rm(home.rounds);
  await assert.rejects(bestRound(task(undefined), home), { code: "ROUND_NOT_SCORED", message: /--round/ });
  await assert.rejects(bestRound(task(), undefined), { code: "ROUND_NOT_SCORED" });
});

test("the list of models has the score that the best one is chosen by, beside what members say; without scores it has no such column", async () => {
  const scores = await roundScores(task(0.8, undefined), undefined);
  const listed = (round: number) => ({ round, sha256: HASH(String(round)), here: true, ...scores.get(round) });
  const [head = "", first = "", second = ""] = modelTable([listed(1), listed(2)]).split("\n");
  assert.match(head, /MEMBERS SAY +SCORE +ON OWN/);
  assert.match(first, /yes +80\.0 % +0\.8000 +-$/);
  assert.match(second, /yes +- +- +-$/);
  assert.doesNotMatch(modelTable([listed(2)]), /SCORE/);
});
