import { type Command, Option } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount, withNetwork } from "../options.ts";
import { whole } from "../parse.ts";

const TASK = "the task's id, a beginning of it, or its name";

export function defineTask(program: Command, definitions: Definitions): void {
  const task = program.command("task").description("what is trained, and by whom");

  const create = withAccount(
    task
      .command("create")
      .description("check a task file, make its first model, and put both on the ledger for the council to approve")
      .argument("<file>", "the task file (YAML)")
      .addOption(new Option("--model <safetensors>", "the first model").conflicts("seed"))
      .addOption(
        new Option("--seed <n>", "makes a first model of random numbers (default: the task's own seed)").argParser(
          whole(0, 4_294_967_295),
        ),
      )
      .option("--rounds <n>", "so many rounds in place of the file's", whole(1, 4_294_967_295))
      .option("--check", "only check the file and the model; send nothing"),
  );
  examples(create, "swarm task create task.yaml --home clinic-1", "swarm task create task.yaml --rounds 3 --check");
  lazily(create, definitions, () => import("../commands/taskCreate.ts"));

  const approve = withAccount(
    task
      .command("approve")
      .description(
        "let a task be joined: proposes it, or approves another licensor's open proposal for it (look at `task show` first)",
      )
      .argument("<task>", TASK),
  );
  examples(approve, "swarm task approve 0x3f2a --home insurer-a");
  lazily(approve, definitions, () => import("../commands/taskApprove.ts"));

  const show = withNetwork(
    task
      .command("show")
      .description("show a task: its document, what it asks of members, what its thresholds mean, its first model")
      .argument("<task>", TASK)
      .option("--model <safetensors>", "check that this file is the task's first model, and print its norms"),
  );
  examples(show, "swarm task show wdbc", "swarm task show 0x3f2a --model first.safetensors");
  lazily(show, definitions, () => import("../commands/taskShow.ts"));

  const list = withNetwork(task.command("list").description("list all tasks with their state and members"));
  examples(list, "swarm task list");
  lazily(list, definitions, () => import("../commands/taskList.ts"));

  const join = withAccount(
    task
      .command("join")
      .description("enroll the node in an approved task, after checking licence, document and data")
      .argument("<task>", TASK)
      .option("--data <path>", "the clinic's rows, a file or folder (default: as in node.yaml)"),
  );
  examples(join, "swarm task join wdbc --home clinic-1");
  lazily(join, definitions, () => import("../commands/taskJoin.ts"));
}
