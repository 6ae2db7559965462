/** A command block of a reference document, and what has to come of it when it is typed. */
export interface Typed {
  file: string;
  /** How the block begins. */
  block: string;
  /** Where it is typed: the folder of a practice network, as `npm start` leaves it, or the project's. */
  at: "network" | "project";
  /** What a reader has done before. */
  before?: string;
  /** Words of the block that stand for the reader's own, or for more than a test has time for, and what is typed instead. */
  instead?: Record<string, string>;
  /** What it prints; for lines that stay, what each prints. */
  shows: RegExp | RegExp[];
  /** What the first line that stays prints in the end. */
  until?: RegExp;
  /** Exit code of a block that is typed as a whole; 0 if left out. */
  code?: number;
}

const changed = (mode: string, lines: string): string =>
  `cp swarm.yaml task.yaml; sed -i 's/^mode: swarm/mode: ${mode}/; s/^name: .*/name: ${mode}/' task.yaml; printf '${lines}' >> task.yaml`;

/** In the order in which they are typed, on one network. */
export const REFERENCE: Typed[] = [
  {
    file: "docs/FEDERATED.md",
    block: "swarm node init --home server",
    at: "network",
    shows: /registered[\s\S]*swarm federated serve/,
  },
  {
    file: "docs/FEDERATED.md",
    block: "swarm federated serve",
    at: "network",
    before: `cp task.yaml swarm.yaml; ${changed("federated", "federated: { minClients: 1 }\\n")}`,
    instead: { "0x3f2a...": "$(swarm account show --home server)" },
    shows: [/coordinator \S+ is ready/, /round 1\/\d+: trained/],
  },
  {
    file: "docs/SPLIT.md",
    block: "swarm node init --home server",
    at: "network",
    // The folder is one that FEDERATED.md made; the grants are done already.
    before: "mv server server-of-federated",
    shows: /registered[\s\S]*swarm split serve/,
  },
  {
    file: "docs/SPLIT.md",
    block: "swarm split serve",
    at: "network",
    before: changed("split", "split: { cut: 0, epochs: 2, minClients: 1 }\\n"),
    instead: { "0x...": "$(swarm account show --home server)" },
    shows: [/is ready/, /is ready/],
    until: /training is over after 2 epochs/,
  },
  {
    file: "docs/SPLIT.md",
    block: "swarm model join",
    at: "network",
    before: `cp server/split/*-server/epoch-2/part.safetensors server-part.safetensors
      cp clinic-1/split/*-client/epoch-2/part.safetensors client-part.safetensors`,
    shows: /wrote \S*model\.safetensors/,
  },
  {
    file: "docs/DASHBOARD.md",
    block: "swarm dashboard",
    at: "network",
    instead: {
      "swarm dashboard ": "swarm dashboard --port 0 ",
      "--dashboard #": "--dashboard 0 #",
    },
    shows: [
      /http:\/\/127\.0\.0\.1:\d+\/#token=/,
      /http:\/\/127\.0\.0\.1:\d+\/#token=/,
      /http:\/\/127\.0\.0\.1:\d+\/#token=/,
    ],
  },
  {
    file: "docs/METRICS.md",
    block: "swarm node run --home clinic-1 --metrics",
    at: "network",
    instead: { "9464": "0" },
    shows: [/http:\/\/127\.0\.0\.1:\d+\/metrics/],
  },
  {
    file: "docs/DATA.md",
    block: "swarm data check",
    at: "network",
    before: "cp swarm.yaml task.yaml; cp ../../examples/wdbc/data/train_site0.csv rows.csv",
    shows: /can be trained on/,
  },
  {
    file: "docs/MODELS.md",
    block: "swarm evaluate",
    at: "network",
    before: "cp ../../examples/wdbc/data/test.csv holdout.csv",
    shows: /wrote \S*curves\.svg[\s\S]*On the same rows/,
  },
  {
    file: "docs/MODELS.md",
    block: "swarm predict",
    at: "network",
    before: `awk -F, -v OFS=, '{ print (NR == 1 ? "patient" : "p" NR), $0 }' holdout.csv > new.csv`,
    shows: /wrote \S*answers\.csv: 113 rows/,
  },
  {
    file: "docs/MODELS.md",
    block: "swarm model import",
    at: "network",
    before: "swarm model export wdbc --home clinic-1 --format tfjs --bare --out web-model",
    shows: /wrote \S*first-model\.safetensors[\s\S]*wrote \S*model\.yaml/,
  },
  {
    file: "docs/MODES.md",
    block: "swarm compare",
    at: "project",
    instead: { "--clients 5": "--clients 5 --rounds 1" },
    shows: /^local [\s\S]*^centralized [\s\S]*^federated [\s\S]*^split [\s\S]*^swarm /m,
  },
  {
    file: "docs/OPERATIONS.md",
    block: "swarm node init",
    at: "network",
    before: "cp rows.csv srv.csv",
    instead: { "/var/lib/swarm/node": "srv-node", "/srv/rows.csv": "srv.csv" },
    shows: /^announces +\/dns4\/swarm\.clinic\.example\/tcp\/4001$/m,
  },
  {
    file: "docs/OPERATIONS.md",
    block: "swarm node backup",
    at: "network",
    before: "mkdir safe",
    instead: { "/media/safe": "safe", "/var/lib/swarm/node": "srv-node" },
    shows: /clinic\.age/,
  },
  {
    file: "docs/OPERATIONS.md",
    block: "swarm node restore",
    at: "network",
    before: "mv srv-node srv-node-lost",
    instead: { "/media/safe": "safe", "/var/lib/swarm/node": "srv-node" },
    shows: /0x[0-9a-f]{40}/,
  },
  {
    file: "docs/SIMULATION.md",
    block: "swarm simulate",
    at: "project",
    instead: { "--seeds 1000": "--seeds 3", "--seeds 200": "--seeds 2", "--seeds 400": "--seeds 3" },
    // The last one is a mistake that has to be found.
    code: 1,
    shows: /no-sync/,
  },
  {
    file: "docs/TRAINING.md",
    block: "swarm doctor --task",
    at: "project",
    shows: /wasm/,
  },
  {
    file: "examples/digits/README.md",
    block: "npm run split",
    at: "project",
    shows: /^test\.csv[\s\S]*is valid: task digits/m,
  },
  {
    file: "examples/digits-cnn/README.md",
    block: "npm run split",
    at: "project",
    shows: /^test\.csv[\s\S]*is valid: task digits-cnn/m,
  },
  {
    file: "examples/trainers/README.md",
    block: "npm run split",
    at: "project",
    shows: /^test\.csv[\s\S]*is valid: task digits-linear/m,
  },
];
