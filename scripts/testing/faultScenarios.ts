/** Fault scenarios, in the order in which they run: each is test/faults/NAME.test.ts. `quick` ones run at every change. */
export const scenarios: readonly { name: string; quick: boolean; about: string }[] = [
  { name: "steps", quick: true, about: "kill -9 of a daemon at each step of a round, each followed by a restart" },
  { name: "chain-lost", quick: true, about: "kill -9 of the chain in the middle of rounds, its last second lost" },
  { name: "chain-away", quick: false, about: "the chain gone for three minutes in the middle of a round" },
  { name: "frozen", quick: false, about: "a daemon stopped (SIGSTOP) for a minute, then going on" },
  {
    name: "bytes",
    quick: true,
    about: "changed bytes in a node's files and blocks, while it runs and while it is down",
  },
  { name: "full-disk", quick: true, about: "no room on one daemon's disk, then room again" },
  {
    name: "slow-link",
    quick: false,
    about: "two nodes behind 1 Mbit/s, 200 ms and 1 % loss, with a model of a megabyte",
  },
  {
    name: "partition",
    quick: false,
    about: "peers cut off from each other, 2|2 and 3|1, the chain within reach of all",
  },
  { name: "same-key", quick: true, about: "a copy of a daemon's folder started beside the first" },
  { name: "revoked", quick: true, about: "a revoked node that keeps asking for files and sending acts" },
  { name: "long-absence", quick: true, about: "a node down for ten rounds" },
];
