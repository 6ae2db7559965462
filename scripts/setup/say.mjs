/** One plain line to stderr, so that a command's own output on stdout stays clean for pipes. */
export function say(line) {
  process.stderr.write(`swarm: ${line}\n`);
}

/** Ends the process with a line that says what is wrong and what to do. */
export function fail(line, status = 1) {
  say(line);
  process.exit(status);
}
