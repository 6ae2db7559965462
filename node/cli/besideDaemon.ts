import { SwarmError } from "../core/errors.ts";

/**
 * Opens what the node's daemon uses alone, for a command that is done in a moment.
 * @param why the command needs it, as a sentence's beginning
 * @throws SwarmError DISK_LOCKED with what the daemon's operator does; what `open` throws
 */
export async function besideDaemon<T>(why: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof SwarmError && error.code === "DISK_LOCKED")) throw error;
    const text = `${error.message}. ${why}, and one process at a time writes there. Nothing was sent. End the daemon with Ctrl-C, type this again, and start it again: it catches up with what its task did meanwhile`;
    throw new SwarmError("DISK_LOCKED", text, error.data, error);
  }
}
