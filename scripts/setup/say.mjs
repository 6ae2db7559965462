/** One plain line to stderr, so that a command's own output on stdout stays clean for pipes. */
export function say(line) {
  process.stderr.write(`swarm: ${line}\n`);
}

/** A set-up that cannot go on; its message says what is wrong and what to do. */
export class SetUpError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "SetUpError";
    this.status = status;
  }
}

/** Stops the set-up; a throw, not an exit, so that locks are freed on the way out. */
export function fail(line, status = 1) {
  throw new SetUpError(line, status);
}

/** Runs `work` for its exit status; a SetUpError becomes one line and its status. */
export async function explained(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(error.message);
    return error.status;
  }
}
