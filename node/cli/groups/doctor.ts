import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withNetwork } from "../options.ts";

export function defineDoctor(program: Command, definitions: Definitions): void {
  const doctor = withNetwork(
    program
      .command("doctor")
      .description(
        "look at what a node needs and what to do where it is missing: Node.js, arithmetic, training engines and their speed, disk, clock; with --home also keys, ports, IPFS store, rows, chain, licence, registration and peers",
      )
      .option(
        "--task <file>",
        "time training steps of this task's model (default: a small convolutional network), and hold the rows against it (default: the task that was joined)",
      ),
  );
  examples(doctor, "swarm doctor", "swarm doctor --task task.yaml --home clinic-1", "swarm doctor --json");
  lazily(doctor, definitions, () => import("../commands/doctor.ts"));
}
