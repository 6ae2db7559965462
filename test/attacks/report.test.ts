import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AttackName } from "../../scripts/attacks/attacks.ts";
import { jobsOf, type Settings, usual } from "../../scripts/attacks/plan.ts";
import { plot } from "../../scripts/attacks/plot.ts";
import type { Done } from "../../scripts/attacks/pool.ts";
import { tablesText, targetsText } from "../../scripts/attacks/report.ts";
import { type Row, rowOf } from "../../scripts/attacks/results.ts";
import { targetsOf } from "../../scripts/attacks/targets.ts";
import { elementsOf } from "./support/xml.ts";

const settings: Settings = { ...usual, data: ["digits"], rules: ["default"], seeds: 2 };
const [some] = jobsOf(settings);

function done(attack: AttackName, accuracies: number[], triggered = 0): Done[] {
  assert.ok(some);
  return accuracies.map((accuracy, i) => ({
    job: { ...some, attack, seed: i + 1 },
    course: { accuracy, triggered, lost: undefined },
  }));
}

const row = rowOf([
  ...done("none", [0.96, 0.94], 0.02),
  ...done("ipm", [0.9, 0.92]),
  ...done("alie", [0.99, 0.85]),
  ...done("backdoor", [0.5, 0.5], 0.75),
]);

/** The rows of the usual table, of which only some count for targets. */
function usualRows(clean: number, worst: number, wdbcWorst = worst): Row[] {
  const of = (data: Row["data"], rule: string, clean: number, worst: number): Row => ({
    ...rowOf([...done("none", [clean]), ...done("ipm", [worst])]),
    data,
    rule,
  });
  return [of("digits", "mean", 0.95, 0), of("digits", "default", clean, worst), of("wdbc", "default", 0.96, wdbcWorst)];
}

describe("attack bench: figures", () => {
  it("the usual settings run every attack on every rule with every seed", () => {
    const jobs = jobsOf(usual);
    assert.equal(jobs.length, 2 * usual.rules.length * usual.attacks.length * 3);
    assert.equal(new Set(jobs.map((job) => JSON.stringify(job))).size, jobs.length);
  });

  it("the worst attack is that with the least mean; the worst seed is the least of all", () => {
    assert.deepEqual(row.attacks.ipm, { mean: 0.91, worstSeed: 0.9, seeds: [0.9, 0.92] });
    assert.deepEqual(row.worst, { attack: "ipm", mean: 0.91, worstSeed: 0.85 });
  });

  it("a backdoor has columns of its own and is never the worst", () => {
    assert.equal(row.backdoor?.success.mean, 0.75);
    assert.equal(row.backdoor?.without?.mean, 0.02);
    assert.equal(row.clean?.mean, 0.95);
  });

  it("the table has each attack's figure, and how they came about", () => {
    const text = tablesText([row], settings);
    assert.match(
      text,
      /digits: accuracy in %, 10 clinics, 3 of them liars, label skew Dirichlet 1, 40 rounds, mean of 2/,
    );
    assert.match(text, /^default +95\.0 .* 91\.0 ipm +85\.0 +75\.0 +2\.0$/m);
    const [head = ""] = text.split("\n").slice(1);
    for (const name of usual.attacks) assert.ok(name === "none" || head.includes(name), name);
  });
});

describe("attack bench: targets", () => {
  it("are met at their borders and missed below", () => {
    const met = (rows: Row[]): boolean[] => targetsOf(rows).map(({ met }) => met);
    assert.deepEqual(met(usualRows(0.9401, 0.91, 0.93)), [true, true, true]);
    assert.deepEqual(met(usualRows(0.9399, 0.91, 0.93)), [false, true, true]);
    assert.deepEqual(met(usualRows(0.95, 0.9099, 0.93)), [true, false, true]);
    assert.deepEqual(met(usualRows(0.95, 0.95, 0.9299)), [true, true, false]);
    assert.deepEqual(met(usualRows(Number.NaN, 0.95)), [false, true, true]);
  });

  it("are never judged by rows that are not there", () => {
    assert.throws(() => targetsOf(usualRows(0.95, 0.95).slice(1)), /no figures of mean on digits/);
  });

  it("say in words which is missed", () => {
    assert.match(
      targetsText(targetsOf(usualRows(0.95, 0.5))),
      /^MISSED +digits, worst attack +50\.0 % +at least 91\.0 %$/m,
    );
  });
});

describe("attack bench: picture", () => {
  it("is well-formed XML with a title, units, and every figure in its place", () => {
    const elements = elementsOf(plot([{ ...row, rule: 'a<b & "c"' }], settings));
    const named = (name: string): typeof elements => elements.filter((element) => element.name === name);
    assert.equal(named("svg").length, 1);
    const words = elements.map(({ text }) => text);
    for (const wanted of ["Merge rules under attack", "accuracy on digits, %", 'a<b & "c"', "91.0 ipm"])
      assert.ok(words.includes(wanted), wanted);
    const worst = named("circle").filter(({ attributes }) => attributes.fill === "#c22");
    // One in the legend, one in the row: at 91 % of the way from 0 to 100.
    const tick = (label: string): number =>
      Number(named("text").find(({ text }) => text === label)?.attributes.x ?? Number.NaN);
    assert.equal(Number(worst.at(-1)?.attributes.cx), tick("0") + 0.91 * (tick("100") - tick("0")));
  });

  it("keeps the names of long compositions within the picture", () => {
    const long = "clipMedianNorm+nearestNeighbourMixing+geometricMedian";
    const drawn = elementsOf(plot([row, { ...row, rule: long }], settings));
    const of = (rule: string): Record<string, string> => drawn.find(({ text }) => text === rule)?.attributes ?? {};
    assert.equal(of("default").textLength, undefined);
    assert.ok(Number(of(long).textLength) < Number(of(long).x));
  });

  it("has a panel for each set of data, below each other", () => {
    const one = elementsOf(plot(usualRows(0.95, 0.9), usual));
    const axes = one.filter(({ text }) => /^accuracy on (digits|WDBC), %$/.test(text));
    assert.equal(axes.length, 2);
    assert.ok(Number(axes[0]?.attributes.y) < Number(axes[1]?.attributes.y));
    assert.ok(Number(axes[1]?.attributes.y) < Number(one.find(({ name }) => name === "svg")?.attributes.height));
  });
});
