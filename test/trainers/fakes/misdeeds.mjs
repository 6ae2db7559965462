// What trainers can do wrong, each one thing away from the trainer that keeps the contract.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

const forever = () => new Promise(() => setInterval(() => undefined, 1000));
/** Puts an answer to a question of the test into words. */
const tell = ({ send, message }, text) => send({ type: "failed", id: message.id, reason: "other", message: text });
/** Dies in its first request; the process that comes after it does not, since the mark is there. */
const once = (act) => async (context) => {
  const mark = join(process.env.TMPDIR, "mark");
  if (existsSync(mark)) return tell(context, "alive again");
  writeFileSync(mark, "");
  await act(context);
};
const changed = (change) => ({
  write(path, tensors, writeTensors) {
    writeTensors(path, change(tensors));
  },
});

const validated = (figures) => ({ answer: { validation: figures }, evaluated: { evaluation: figures } });

export const misdeeds = {
  "exit-at-start": {
    at() {
      process.stderr.write("there is no such framework here\n");
      process.exit(3);
    },
  },
  "hang-at-start": { start: forever },
  "other-version": { hello: { contract: 2 } },
  "bad-engine": { hello: { engine: { name: "a\u001b[31m", version: "1" } } },
  "too-few-rows": { hello: { rows: { training: 31, validation: 8 } } },
  "data-failed": { start: ({ send }) => (send({ type: "failed", reason: "data", message: "no column" }), forever()) },

  hang: { request: forever },
  die: { request: once(() => process.exit(5)) },
  "die-always": { request: () => process.exit(5) },
  deaf: {
    deaf: true,
    at: () => process.on("SIGTERM", () => undefined),
    request({ send, message }) {
      if (message.type === "train")
        send({ type: "progress", id: message.id, epoch: 1, epochs: 1, batch: 1, batches: 2, loss: 1 });
      else tell({ send, message }, "alive again");
      return forever();
    },
  },
  flood: {
    async request({ send, message }) {
      for (;;) {
        for (let i = 0; i < 100; i++)
          send({ type: "progress", id: message.id, epoch: 1, epochs: 1, batch: 1, batches: 2, loss: 1 });
        await new Promise((done) => setImmediate(done));
      }
    },
  },
  "long-line": {
    async request() {
      for (;;) {
        process.stdout.write("x".repeat(65_536));
        await new Promise((done) => setImmediate(done));
      }
    },
  },
  "no-json": { request: () => process.stdout.write("Epoch 1/10\n") },
  "other-request": { answer: { id: 77 } },
  "no-message": { request: ({ message }) => process.stdout.write(`{"type":"done","id":${message.id}}\n`) },
  "not-finite-loss": {
    request: ({ message }) =>
      process.stdout.write(`{"type":"trained","id":${message.id},"samples":40,"loss":1e999,"validation":null}\n`),
  },
  "wrong-answer": { request: ({ send, message }) => send({ type: "cancelled", id: message.id }) },
  "speaks-unasked": { start: ({ send }) => void setTimeout(() => send({ type: "cancelled", id: 1 }), 20) },
  chatter: {
    async request(context) {
      for (let i = 0; i < 5000; i++) process.stderr.write(`line ${i} of \u001b[2Jnothing\n`);
      await new Promise((done) => process.stderr.write("y".repeat(100_000), done));
      tell(context, "said");
    },
  },
  diverged: {
    request: ({ send, message }) => send({ type: "failed", id: message.id, reason: "diverged", message: "nan" }),
  },

  "no-file": { write: () => undefined },
  link: {
    write(path, tensors, writeTensors) {
      writeTensors(`${path}.other`, tensors);
      symlinkSync(`${path}.other`, path);
    },
  },
  folder: { write: (path) => mkdirSync(path) },
  pipe: { write: async (path) => void (await ended(spawn("mkfifo", [path]))) },
  empty: { write: (path) => writeFileSync(path, "") },
  huge: {
    write: (path) =>
      writeFileSync(
        path,
        Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(100)]),
      ),
  },
  renamed: changed((tensors) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${name}x`, tensor])),
  ),
  unsorted: changed((tensors) => Object.fromEntries(Object.entries(tensors).reverse())),
  reshaped: changed((tensors) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape: [1, ...shape], values }]),
    ),
  ),
  lacking: changed((tensors) => Object.fromEntries(Object.entries(tensors).slice(1))),
  "not-a-number": changed((tensors) => {
    Object.values(tensors)[0].values[0] = Number.NaN;
    return tensors;
  }),

  "few-samples": { answer: { samples: 31 } },
  "many-samples": { answer: { samples: 41 } },
  "no-validation": { answer: { validation: null }, evaluated: { evaluation: null } },
  "much-validation": validated({ rows: 9, loss: 1, accuracy: 1 }),
  "beyond-range": validated({ rows: 8, loss: 1, accuracy: 1.5 }),

  "much-memory": {
    request() {
      const kept = [];
      setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 20);
      return forever();
    },
  },
  "much-disk": {
    request({ message }) {
      let file = 0;
      setInterval(() => writeFileSync(join(message.folder, `f${file++}`), Buffer.alloc(1 << 20, 1)), 50);
      return forever();
    },
  },
  "outlives-input": { at: () => setInterval(() => undefined, 1000) },
  environment: { request: (context) => tell(context, Object.keys(process.env).sort().join(" ")) },
  offspring: {
    request(context) {
      const child = spawn("sleep", ["1000"], { stdio: "ignore" });
      tell(context, `${process.pid} ${child.pid}`);
    },
  },
  network: {
    request(context) {
      const socket = connect(Number(process.argv[3]), "127.0.0.1");
      socket.once("connect", () => tell(context, "connected"));
      socket.once("error", ({ code }) => tell(context, code));
    },
  },
  peek: {
    request(context) {
      const [keys, daemon] = process.argv.slice(3);
      tell(
        context,
        `${tried(() => readdirSync(keys).join())} ${tried(() => readFileSync(`/proc/${daemon}/environ`).length)}`,
      );
    },
  },
};

function tried(look) {
  try {
    return look() || "nothing";
  } catch ({ code }) {
    return code;
  }
}

const ended = (child) => new Promise((done) => child.once("exit", done));
