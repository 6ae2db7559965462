import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount, withNetwork } from "../options.ts";
import { address, whole } from "../parse.ts";

export function defineCouncil(program: Command, definitions: Definitions): void {
  const council = program.command("council").description("the licensors and how many of them an act needs");

  const show = withNetwork(council.command("show").description("show licensors, threshold and open proposals"));
  examples(show, "swarm council show");
  lazily(show, definitions, () => import("../commands/councilShow.ts"));

  for (const [name, description] of [
    ["add", "make an account a licensor; open proposals end"],
    ["remove", "take a licensor out; open proposals end"],
  ] as const) {
    const command = withAccount(
      council
        .command(name)
        .description(description)
        .argument("<account>", "the account", address)
        .requiredOption("--threshold <m>", "how many licensors an act needs from then on", whole(1, 256)),
    );
    examples(
      command,
      `swarm council ${name} 0x1111111111111111111111111111111111111111 --threshold 2 --home insurer-a`,
    );
    lazily(command, definitions, async () => (await import("../commands/councilAct.ts"))[name]);
  }

  const threshold = withAccount(
    council
      .command("threshold")
      .description("change how many licensors an act needs; open proposals end")
      .argument("<m>", "the new number", whole(1, 256)),
  );
  examples(threshold, "swarm council threshold 2 --home insurer-a");
  lazily(threshold, definitions, async () => (await import("../commands/councilAct.ts")).threshold);

  for (const [name, description] of [
    ["pause", "stop the opening of rounds; rounds under way go on"],
    ["unpause", "let rounds open again"],
  ] as const) {
    const command = withAccount(council.command(name).description(description));
    examples(command, `swarm council ${name} --home insurer-a`);
    lazily(command, definitions, async () => (await import("../commands/councilAct.ts"))[name]);
  }
}
