import { execFile } from "node:child_process";
import { readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { findTool } from "./command.ts";
import { canWatchMemory } from "./memoryUse.ts";

/** What keeps a trainer apart from the rest of this machine; which of it works depends on the system. */
export interface Protections {
  /** It has no network at all, the machine's own loopback included. */
  noNetwork: boolean;
  /** The folders with the node's keys are empty for it, and the daemon's memory is out of its reach. */
  keysHidden: boolean;
  /** The kernel ends it when the daemon ends, however that ended. */
  endsWithDaemon: boolean;
  /** Its memory is looked at while it runs, and bounded by the kernel above that. */
  memoryLimited: boolean;
}

export interface Wrapping {
  /** Words to be put before the trainer's own. */
  prefix: string[];
  protections: Protections;
}

export interface WrappingInit {
  network: "none" | "allowed";
  memoryMiB: number;
  diskMiB: number;
  /** Folders that are there and that the trainer must not see into. */
  hidden: readonly string[];
  /** As in the variable PATH. */
  path: string;
}

const PROBE_TIMEOUT_MS = 10_000;
const MIB = 2 ** 20;
/** Room above the watched limit for one process: private memory is counted before it is touched, libraries' reserves included. */
const RESERVE_MIB = 1024;
/** Covers each folder that is named before "--" with an empty one, then becomes what comes after it. */
const HIDE =
  'while [ "$1" != -- ]; do mount -t tmpfs -o ro,size=4k,mode=0700 none "$1" || exit 125; shift; done; shift; exec "$@"';

/**
 * Finds out, by trying, what protects a trainer here. Linux only: namespaces (unshare), signals at the parent's death (setpriv), limits
 * (prlimit), all of util-linux. Where a tool is missing or the system forbids it, that protection is off, and says so.
 */
export async function findProtections(init: WrappingInit): Promise<Wrapping> {
  const protections = { noNetwork: false, keysHidden: false, endsWithDaemon: false, memoryLimited: canWatchMemory };
  if (process.platform !== "linux") return { prefix: [], protections };
  const tool = (name: string): string | undefined => findTool(name, init.path);
  const prefix: string[] = [];
  const [unshare, setpriv, prlimit, shell] = ["unshare", "setpriv", "prlimit", "sh"].map(tool);
  const net = init.network === "none" ? ["--net"] : [];
  const apart = [unshare ?? "", "--map-root-user", ...net];
  const hide = [...apart, "--mount", "--", shell ?? "", "-c", HIDE, "sh", ...init.hidden, "--"];
  // Without this the trainer, who is root in a namespace of its own, could uncover the folders again.
  const powerless = ["--bounding-set=-all", "--inh-caps=-all"];
  const dies = [setpriv ?? "", "--pdeathsig", "KILL", "--no-new-privs"];

  if (unshare && setpriv && shell && (await works([...hide, ...dies, ...powerless, "--"], net.length > 0))) {
    prefix.push(...hide, ...dies, ...powerless, "--");
    Object.assign(protections, { noNetwork: net.length > 0, keysHidden: true, endsWithDaemon: true });
  } else {
    if (unshare && net.length > 0 && (await works([...apart, "--"], true))) {
      prefix.push(...apart, "--");
      protections.noNetwork = true;
    }
    if (setpriv && (await works([...prefix, ...dies, "--"], protections.noNetwork))) {
      prefix.push(...dies, "--");
      protections.endsWithDaemon = true;
    }
  }
  const bytes = (mib: number): string => String(Math.floor(mib * MIB));
  const limits = [
    prlimit ?? "",
    "--core=0",
    `--fsize=${bytes(init.diskMiB)}`,
    `--data=${bytes(2 * init.memoryMiB + RESERVE_MIB)}`,
    "--",
  ];
  if (prlimit && (await works([...prefix, ...limits], protections.noNetwork))) prefix.push(...limits);
  return { prefix, protections };
}

/** Whether a program runs behind these words, and where it has to, in another network than this process. */
async function works(prefix: readonly string[], otherNetwork: boolean): Promise<boolean> {
  const [program = "", ...args] = [...prefix, "readlink", "/proc/self/ns/net"];
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: PROBE_TIMEOUT_MS });
    return !otherNetwork || stdout.trim() !== readlinkSync("/proc/self/ns/net");
  } catch {
    // Whatever the reason is, it does not work here.
    return false;
  }
}
