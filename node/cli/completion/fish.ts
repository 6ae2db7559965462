import { allOf, type CompletedCommand, type CompletedOption } from "./tree.ts";

/** A script for fish: a file of its folder for completions, or read with `source`. */
export function fishScript(root: CompletedCommand): string {
  const commands = allOf(root);
  const paths = commands.slice(1).map(({ path }) => `'${path}'`);
  return `# fish completion for ${root.name}: ${root.name} completion fish > ~/.config/fish/completions/${root.name}.fish
function __${root.name}_at
    set -l words (commandline -opc)
    set -l at ${root.name}
    for word in $words[2..-1]
        if contains -- "$at $word" ${paths.join(" ")}
            set at "$at $word"
        end
    end
    test "$at" = "$argv"
end
complete -c ${root.name} -f
${commands.flatMap((command) => lines(root.name, command)).join("\n")}
`;
}

function lines(name: string, { path, commands, options, argument }: CompletedCommand): string[] {
  const here = `complete -c ${name} -n "__${name}_at ${path}"`;
  const own =
    argument.kind === "file"
      ? [`${here} -F`]
      : argument.kind === "choice"
        ? [`${here} -f -a '${argument.words.join(" ")}'`]
        : [];
  return [
    ...commands.map((command) => `${here} -f -a '${command.name}' -d '${command.description}'`),
    ...own,
    ...options.map((option) => `${here} ${optionWords(option)}`),
  ];
}

function optionWords({ flags, description, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  const values =
    value.kind === "choice"
      ? ` -x -a '${value.words.join(" ")}'`
      : value.kind === "file"
        ? " -r -F"
        : value.kind === "free"
          ? " -x"
          : "";
  return `${names}${values} -d '${description}'`;
}
