import { SwarmError } from "../../core/errors.ts";
import { diskUse } from "./diskUse.ts";
import { canWatchMemory, memoryUse } from "./memoryUse.ts";

/** Milliseconds between two looks. */
const LOOK_MS = 500;
const MIB = 2 ** 20;

export interface Watched {
  /** Undefined where it could not be started: then its memory is nobody's. */
  pid: number | undefined;
  folder: string;
  memoryMiB: number;
  diskMiB: number;
}

/**
 * Looks at a trainer's memory and disk from time to time.
 * @param exceeded is told once, with TRAINER_MEMORY or TRAINER_DISK
 */
export function watchTrainer(watched: Watched, exceeded: (error: SwarmError) => void): Disposable {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const error = await excess(watched);
    if (over) return;
    if (error === undefined) timer = setTimeout(() => void look(), LOOK_MS).unref();
    else exceeded(error);
  };
  void look();
  return {
    [Symbol.dispose]() {
      over = true;
      clearTimeout(timer);
    },
  };
}

async function excess({ pid, folder, memoryMiB, diskMiB }: Watched): Promise<SwarmError | undefined> {
  const memory = canWatchMemory && pid !== undefined ? (await memoryUse(pid)) / MIB : 0;
  if (memory > memoryMiB) {
    const taken = Number.isFinite(memory) ? `${Math.ceil(memory)} MiB of memory` : "too many processes";
    const text = `the trainer was ended: it took ${taken} where ${memoryMiB} are allowed. Make it smaller, or raise trainer.maxMemoryMiB in node.yaml`;
    return new SwarmError("TRAINER_MEMORY", text, { memoryMiB: Math.ceil(memory), allowedMiB: memoryMiB });
  }
  const disk = (await diskUse(folder)) / MIB;
  if (disk <= diskMiB) return undefined;
  const kept = Number.isFinite(disk) ? `${Math.ceil(disk)} MiB` : "too many files";
  const text = `the trainer was ended: it keeps ${kept} in ${folder} where ${diskMiB} are allowed. Let it keep less, or raise trainer.maxDiskMiB in node.yaml`;
  return new SwarmError("TRAINER_DISK", text, { folder, diskMiB: Math.ceil(disk), allowedMiB: diskMiB });
}
