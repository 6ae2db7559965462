import { readdir, readFile } from "node:fs/promises";

/** Most processes that are looked at: whoever starts more is beyond any limit. */
const MAX_PROCESSES = 1024;

/** Whether resident memory can be looked at here. */
export const canWatchMemory = process.platform === "linux";

/**
 * Resident memory of a process and of all that it started, bytes (Linux; proc(5)). Pages that several of them share count for each.
 * @returns infinity where there are too many processes; 0 where it has ended
 */
export async function memoryUse(pid: number): Promise<number> {
  let total = 0;
  const queue = [pid];
  for (let at = 0; at < queue.length; at++) {
    if (queue.length > MAX_PROCESSES) return Number.POSITIVE_INFINITY;
    const next = queue[at] as number;
    total += await residentBytes(next);
    queue.push(...(await childrenOf(next)));
  }
  return total;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Each thread has the children that it started. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}
