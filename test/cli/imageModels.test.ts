import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeModel } from "../../node/core/codec.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { documentWith, fixtures } from "../data/support/document.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { typing } from "./support/typing.ts";

/** A task whose rows are images: what its models are evaluated on and predict from. */

const BY_HAND = "--task images.json --model first.safetensors";
let desk: Desk;
const { json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
  const document = documentWith({ format: "images", label: { classes: ["cat", "dog"] }, inputShape: [6, 7, 1] });
  await writeFile(join(desk.dir, "images.json"), JSON.stringify(document));
  await writeFile(join(desk.dir, "first.safetensors"), encodeModel(initialModel(document, 1)));
  for (const name of ["cat", "dog"]) {
    await mkdir(join(desk.dir, "rows", name), { recursive: true });
    await copyFile(join(fixtures, "grey.png"), join(desk.dir, "rows", name, "one.png"));
  }
});
after(async () => desk[Symbol.asyncDispose]());

test("predict takes the folder that evaluate takes, and names each image under a heading", async () => {
  assert.equal((await json(`evaluate rows ${BY_HAND}`)).rows, 2);
  await json(`predict rows ${BY_HAND} --out answers.csv`);
  const lines = (await readFile(join(desk.dir, "answers.csv"), "utf8")).trim().split("\n");
  assert.equal(lines[0], "row,file,class,probability cat,probability dog");
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(",").slice(0, 2)),
    [
      ["1", "cat/one.png"],
      ["2", "dog/one.png"],
    ],
  );
});

test("a table in the place of images is refused with the task's name", async () => {
  await writeFile(join(desk.dir, "test.csv"), "a,y\n1,cat\n");
  for (const command of ["evaluate", "predict"])
    assert.match(
      await refused(`${command} test.csv ${BY_HAND}`, 2, "DATA_FILES"),
      /test\.csv: is a file, and the rows of task "\S+" are images: name the folder/,
    );
});
