import { allOf, type CompletedCommand, type Value } from "./tree.ts";

/** A script for bash, version 4 or newer. To be read with `source`. */
export function bashScript(root: CompletedCommand): string {
  const commands = allOf(root);
  const paths = commands.slice(1).map(({ path }) => `"${path}"`);
  return `# bash completion for ${root.name}. Put "source <(${root.name} completion bash)" into ~/.bashrc
_${root.name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="${root.name}" words="" options="" value="none" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${paths.join("|")}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${commands.flatMap(valueCases).join("\n")}
  esac
  if [[ $value == none ]]; then
    case "$at" in
${commands.map(commandCase).join("\n")}
    esac
    if [[ $cur == -* ]]; then
      words="$options"
      value=choice
    fi
  fi
  case "$value" in
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    choice) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
  esac
}
complete -F _${root.name} ${root.name}
`;
}

function valueCases({ path, options }: CompletedCommand): string[] {
  return options
    .filter(({ value }) => value.kind !== "none")
    .map(({ flags, value }) => `    ${flags.map((flag) => `"${path} ${flag}"`).join("|")}) ${setValue(value)} ;;`);
}

function commandCase({ path, commands, options, argument }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(" ");
  const value: Value = commands.length > 0 ? { kind: "choice", words: commands.map(({ name }) => name) } : argument;
  return `      "${path}") options="${flags}"; ${setValue(value)} ;;`;
}

const setValue = (value: Value): string =>
  value.kind === "choice" ? `words="${value.words.join(" ")}"; value=choice` : `value=${value.kind}`;
