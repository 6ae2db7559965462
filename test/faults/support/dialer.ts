import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether the operating system says which process a connection belongs to. */
export const canTellDialers = process.platform === "linux";

/** A socket of /proc/net/tcp: the fields that matter here. */
function inodeOf(localPort: number, remotePort: number): string | undefined {
  const port = (address: string): number => Number.parseInt(address.split(":")[1] ?? "", 16);
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const [, local = "", remote = "", , , , , , , inode] = line.trim().split(/\s+/);
      if (port(local) === localPort && port(remote) === remotePort) return inode;
    }
  }
  return undefined;
}

/**
 * Which of some processes of this machine opened a connection.
 * @param itsPort the port it dialled from @param ourPort the port it dialled
 * @returns undefined where it was none of them
 */
export function dialerOf(itsPort: number, ourPort: number, pids: readonly number[]): number | undefined {
  const inode = inodeOf(itsPort, ourPort);
  return inode === undefined ? undefined : pids.find((pid) => holds(pid, `socket:[${inode}]`));
}

function holds(pid: number, target: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === target);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    // Closed since the folder was read.
    if (isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown): boolean => ["ENOENT", "ESRCH"].includes(String((error as NodeJS.ErrnoException).code));
