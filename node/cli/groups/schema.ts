import { Argument, type Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";

export function defineSchema(program: Command, definitions: Definitions): void {
  const schema = withOutput(
    program
      .command("schema")
      .description("print the JSON Schema of a node's node.yaml or of a task file, by which editors help to write it")
      .addArgument(new Argument("<which>", "which one").choices(["node", "task"])),
  );
  examples(schema, "swarm schema node", "swarm schema task");
  lazily(schema, definitions, () => import("../commands/schema.ts"));
}
