/** How a clinic runs its own trainer: from the node's settings, never from a task. */
export interface TrainerSettings {
  /** Program and arguments in one line; words with spaces in quotes, no shell. */
  command: string;
  /** Names of variables that the trainer may see besides the usual ones (see environment.ts). */
  environment?: readonly string[];
  /** "none" (default): cut off wherever the machine allows it. */
  network?: "none" | "allowed";
  /** Resident memory of the trainer and what it starts, MiB. */
  maxMemoryMiB?: number;
  /** What it may keep in its folder, MiB. */
  maxDiskMiB?: number;
  /** Longest training or evaluation, minutes. */
  maxMinutes?: number;
}

/** Bounds on one trainer, all overridable; times in milliseconds. */
export interface TrainerLimits {
  /** From its start to its hello: frameworks and rows take their time to load. */
  startMs: number;
  /** One training or evaluation. */
  requestMs: number;
  /** From being told to stop a request until it is ended; a batch must fit in. */
  cancelMs: number;
  /** From SIGTERM to SIGKILL. */
  stopMs: number;
  memoryMiB: number;
  diskMiB: number;
  /** Pause before it is started again after it died: doubles from the first to the last. */
  firstPauseMs: number;
  lastPauseMs: number;
}

const MINUTE_MS = 60_000;

export const DEFAULT_LIMITS: TrainerLimits = {
  startMs: 5 * MINUTE_MS,
  requestMs: 60 * MINUTE_MS,
  cancelMs: 10_000,
  stopMs: 5_000,
  memoryMiB: 4096,
  diskMiB: 1024,
  firstPauseMs: 1_000,
  lastPauseMs: MINUTE_MS,
};

/** @param modelBytes a file of the task's tensors: a few of them fit at the least @param changes what tests set */
export function limitsOf(
  settings: TrainerSettings,
  modelBytes: number,
  changes: Partial<TrainerLimits> = {},
): TrainerLimits {
  const { maxMemoryMiB, maxDiskMiB, maxMinutes } = settings;
  return {
    ...DEFAULT_LIMITS,
    diskMiB: maxDiskMiB ?? Math.max(DEFAULT_LIMITS.diskMiB, Math.ceil((16 * modelBytes) / 2 ** 20)),
    ...(maxMemoryMiB === undefined ? {} : { memoryMiB: maxMemoryMiB }),
    ...(maxMinutes === undefined ? {} : { requestMs: maxMinutes * MINUTE_MS }),
    ...changes,
  };
}
