import { allOf, type CompletedCommand, type Value } from "./tree.ts";

/** A script for zsh: for its function path, or to be read with `source` after `compinit`. */
export function zshScript(root: CompletedCommand): string {
  const commands = allOf(root);
  const paths = commands.slice(1).map(({ path }) => `"${path}"`);
  return `#compdef ${root.name}
# zsh completion for ${root.name}. Put "source <(${root.name} completion zsh)" into ~/.zshrc, after compinit
_${root.name}() {
  local at="${root.name}" value="none" word prev="\${words[CURRENT-1]}"
  local -a choices options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${paths.join("|")}) at="$at $word" ;;
    esac
  done
  case "$at $prev" in
${commands.flatMap(valueCases).join("\n")}
  esac
  if [[ $value == none ]]; then
    case "$at" in
${commands.map(commandCase).join("\n")}
    esac
    if [[ "\${words[CURRENT]}" == -* ]]; then
      choices=("\${(@)options}")
      value=choice
    fi
  fi
  case "$value" in
    (file) _files ;;
    (choice) _describe -o '${root.name}' choices ;;
  esac
}
if [[ "\${funcstack[1]}" == _${root.name} ]]; then _${root.name} "$@"; else compdef _${root.name} ${root.name}; fi
`;
}

function valueCases({ path, options }: CompletedCommand): string[] {
  return options
    .filter(({ value }) => value.kind !== "none")
    .map(({ flags, value }) => `    (${flags.map((flag) => `"${path} ${flag}"`).join("|")}) ${setValue(value)} ;;`);
}

function commandCase({ path, commands, options, argument }: CompletedCommand): string {
  const described = options.flatMap(({ flags, description }) => flags.map((flag) => `'${flag}:${description}'`));
  const set =
    commands.length > 0
      ? `choices=(${commands.map(({ name, description }) => `'${name}:${description}'`).join(" ")}); value=choice`
      : setValue(argument);
  return `      ("${path}") options=(${described.join(" ")}); ${set} ;;`;
}

const setValue = (value: Value): string =>
  value.kind === "choice"
    ? `choices=(${value.words.map((word) => `'${word}'`).join(" ")}); value=choice`
    : `value=${value.kind}`;
