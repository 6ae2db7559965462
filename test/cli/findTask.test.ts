import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyNetwork, type NetworkView } from "../../node/core/ledger/view/network.ts";
import type { TaskView } from "../../node/core/ledger/view/task.ts";
import { canonicalDocument } from "../../node/core/task/document.ts";
import { findTask } from "../../node/cli/tasks.ts";
import { taskDocument } from "../task/fixture.ts";

const ID = (start: string): `0x${string}` => `0x${start.padEnd(64, "0")}`;

function network(...tasks: [string, string][]): NetworkView {
  const view = emptyNetwork();
  for (const [id, name] of tasks) {
    view.tasks.set(ID(id), { taskId: ID(id), document: canonicalDocument(taskDocument({ name })) } as TaskView);
  }
  return view;
}

test("a task is found by its id, by a beginning that only it has, and by its name", () => {
  const view = network(["ab1", "wdbc"], ["ab2", "digits"]);
  for (const text of [ID("ab1"), "0xab1", "ab1", "AB1", "wdbc"])
    assert.equal(findTask(view, text).taskId, ID("ab1"), text);
});

test("a name goes before a beginning of an id: both can be hex digits", () => {
  const view = network(["ab1", "wdbc"], ["cd2", "ab1"]);
  assert.equal(findTask(view, "ab1").taskId, ID("cd2"));
  assert.equal(findTask(view, "0xab1").taskId, ID("ab1"));
});

test("what two tasks share is not enough", () => {
  const view = network(["ab1", "wdbc"], ["ab2", "wdbc"]);
  for (const text of ["0xab", "wdbc"]) assert.throws(() => findTask(view, text), { code: "TASK_AMBIGUOUS" }, text);
});

test("a name that is nearly a task's is answered by that", () => {
  const view = network(["ab1", "wdbc"], ["cd2", "digits"]);
  assert.throws(() => findTask(view, "wdbd"), { code: "TASK_UNKNOWN", message: /did you mean "wdbc"\?/ });
  assert.throws(() => findTask(view, "other"), { message: /^(?!.*did you mean).*swarm task list/ });
});

test("an unknown task says so, whatever was typed", () => {
  for (const text of ["0xff", "nothing", "", "0x"])
    assert.throws(() => findTask(network(["ab1", "wdbc"]), text), { code: "TASK_UNKNOWN" }, text);
});

test("a task whose recorded document is no document is still found by its id", () => {
  const view = emptyNetwork();
  view.tasks.set(ID("ee"), { taskId: ID("ee"), document: new TextEncoder().encode("junk") } as TaskView);
  assert.equal(findTask(view, "0xee").taskId, ID("ee"));
});
