import assert from "node:assert/strict";
import { test } from "node:test";
import { lineChart } from "../../../node/cli/charts/lineChart.ts";
import { grouped, stackedBars } from "../../../node/cli/charts/stackedBars.ts";
import { timeline } from "../../../node/cli/charts/timeline.ts";
import { elementsOf } from "../../attacks/support/xml.ts";

const HOSTILE = `<script>"&'\u0000\u202e`;

test("a line chart is well-formed, whatever things are called, and says its figures in words", () => {
  const elements = elementsOf(
    lineChart({
      title: HOSTILE,
      x: { label: HOSTILE, whole: true },
      y: { label: HOSTILE, min: 0, max: 100 },
      series: [
        {
          name: HOSTILE,
          points: [
            [1, 50],
            [2, 75],
          ],
        },
        {
          name: "other",
          points: [
            [1, 20],
            [2, 100],
          ],
        },
      ],
    }),
  );
  const lines = elements.filter(({ name }) => name === "polyline");
  // The plot is 632 wide and 240 high: 100 is at its top, 50 in its middle.
  assert.deepEqual(
    lines.map(({ attributes }) => attributes.points),
    ["72,160 704,100", "72,232 704,40"],
  );
  assert.notEqual(lines[0]?.attributes.stroke, lines[1]?.attributes.stroke);
  assert.ok(elements.every(({ name }) => name !== "script"));
  const words = elements.find(({ name }) => name === "desc")?.text ?? "";
  assert.ok(words.includes("other: 20 at 1, 100 at 2, between 20 and 100"), words);
  assert.ok(words.includes(`<script>"&'\\u{202e}`), words);
  assert.ok(elements[0]?.attributes["aria-label"]?.includes(words), "screen readers get them");
});

test("gaps are not bridged, and a value between two of them shows", () => {
  const elements = elementsOf(
    lineChart({
      title: "t",
      x: { label: "x" },
      y: { label: "y" },
      series: [
        {
          name: "a",
          points: [
            [1, 1],
            [2, 2],
            [3, Number.NaN],
            [4, 3],
            [5, Number.NaN],
            [6, 1],
            [7, 2],
          ],
        },
      ],
    }),
  );
  assert.equal(elements.filter(({ name }) => name === "polyline").length, 2);
  assert.equal(elements.filter(({ name }) => name === "circle").length, 5);
});

test("charts without values, and with one only, are charts all the same", () => {
  const axis = { x: { label: "x" }, y: { label: "y" } };
  for (const points of [[], [[3, 0]], [[3, 7]], [[3, Number.NaN]]] as [number, number][][]) {
    const text = lineChart({ title: "t", ...axis, series: [{ name: "a", points }] });
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
    elementsOf(text);
  }
  const empty = stackedBars({ title: "t", ...axis, names: ["a"], bars: [] });
  assert.doesNotMatch(empty, /NaN|Infinity|undefined/);
  const still = timeline({ title: "t", from: 5, to: 5, kinds: ["k"], lanes: [] });
  assert.doesNotMatch(still, /NaN|Infinity|undefined/);
});

test("bars stand on each other, and neighbours are put together where there are too many", () => {
  const bars = Array.from({ length: 250 }, (_, i) => ({ label: String(i + 1), values: [1, i % 2] }));
  const shown = grouped(bars, 100);
  assert.deepEqual([shown.length, shown[0]?.label, shown.at(-1)?.label], [84, "1–3", "250"]);
  assert.deepEqual(
    shown.reduce(([a = 0, b = 0], { values: [c = 0, d = 0] }) => [a + c, b + d], [0, 0]),
    [250, 125],
  );

  const elements = elementsOf(
    stackedBars({
      title: "t",
      x: { label: "round" },
      y: { label: "updates", whole: true },
      names: ["merged", HOSTILE],
      bars: [{ label: "1", values: [3, 1] }],
    }),
  );
  const [merged, refused] = elements
    .filter(({ name, text, attributes }) => name === "rect" && text === "" && attributes.height !== "14")
    .map(({ attributes }) => ({ y: Number(attributes.y), height: Number(attributes.height) }));
  assert.deepEqual(
    [merged, refused],
    [
      { y: 100, height: 180 },
      { y: 40, height: 60 },
    ],
  );
  assert.ok(elements.find(({ name }) => name === "desc")?.text.includes("merged: 3 in all"));
});

test("a timeline's spans are where their times are, cut at its ends", () => {
  const spans = [
    { from: 0, to: 50, kind: 0, text: HOSTILE },
    { from: 150, to: 900, kind: 1, text: "b" },
  ];
  const elements = elementsOf(
    timeline({ title: "t", from: 100, to: 200, kinds: ["one", "two"], lanes: [{ name: HOSTILE, spans }] }),
  );
  const places = elements
    .filter(({ name, attributes }) => name === "rect" && attributes.height === "16")
    .map(({ attributes: { x, width } }) => [Number(x), Number(width)]);
  assert.deepEqual(places, [
    [170, 1],
    [437, 267],
  ]);
});
