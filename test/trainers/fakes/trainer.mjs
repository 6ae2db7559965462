// A trainer that trains nothing: `node trainer.mjs [misdeed]`. Without a misdeed it keeps the contract, and moves weights a little each round.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { misdeeds } from "./misdeeds.mjs";
import { readTensors, writeTensors } from "./safetensors.mjs";

const misdeed = misdeeds[process.argv[2] ?? ""] ?? {};
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const context = { send, rows: { training: 40, validation: 8 } };
let cancelled = 0;

const evaluation = (tensors) => {
  if (context.rows.validation === 0) return null;
  const values = Object.values(tensors).flatMap((tensor) => tensor.values);
  const loss = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  return { rows: context.rows.validation, loss, accuracy: 1 / (1 + loss) };
};

async function train({ id, folder }) {
  const { round } = JSON.parse(readFileSync(join(folder, "settings.json"), "utf8"));
  const tensors = readTensors(join(folder, "base.safetensors"));
  for (let batch = 1; batch <= 4; batch++) {
    send({ type: "progress", id, epoch: 1, epochs: 1, batch, batches: 4, loss: 1 / batch });
    await new Promise((done) => setTimeout(done, 5));
    if (cancelled === id) return send({ type: "cancelled", id });
  }
  const own = join(folder, "base-own.safetensors");
  if (existsSync(own)) {
    const kept = readTensors(own);
    for (const tensor of Object.values(kept)) tensor.values = tensor.values.map((value) => value + 1);
    writeTensors(join(folder, "own.safetensors"), kept);
  }
  for (const tensor of Object.values(tensors))
    tensor.values = tensor.values.map((value, i) => Math.fround(value / 2 + (i % 7) * 0.01 * round));
  const answer = { type: "trained", id, samples: context.rows.training, loss: 0.5, validation: evaluation(tensors) };
  const path = join(folder, "weights.safetensors");
  if (misdeed.write) await misdeed.write(path, tensors, writeTensors);
  else writeTensors(path, tensors);
  send({ ...answer, ...misdeed.answer });
}

async function take(message) {
  if (message.type === "cancel") {
    if (!misdeed.deaf) cancelled = message.id;
  } else if (message.type === "hello") {
    context.task = JSON.parse(readFileSync(message.task, "utf8"));
    if (context.task.document.training.validationSplit === 0) context.rows.validation = 0;
    if (misdeed.start) await misdeed.start(context);
    send({
      type: "hello",
      contract: 1,
      engine: { name: "fake", version: "1.0" },
      rows: context.rows,
      ...misdeed.hello,
    });
  } else if (misdeed.request) await misdeed.request({ ...context, message });
  else if (message.type === "train") await train(message);
  else {
    const tensors = readTensors(join(message.folder, "base.safetensors"));
    send({ type: "evaluated", id: message.id, evaluation: evaluation(tensors), ...misdeed.evaluated });
  }
}

// Cancels are heard while a training goes on.
createInterface({ input: process.stdin }).on("line", (line) => void take(JSON.parse(line)));
if (misdeed.at) misdeed.at();
