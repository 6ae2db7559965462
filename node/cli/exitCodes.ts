import { SwarmError } from "../core/errors.ts";

/** What scripts can rely on; printed by `swarm --help`. */
export const EXIT = {
  OK: 0,
  /** It failed, or what was asked for was answered with no. */
  FAILED: 1,
  /** The command line, a file or a setting is wrong; trying again without changing it cannot help. */
  USAGE: 2,
  /** An audit found nothing wrong but could not check all of it any more. */
  INCOMPLETE: 3,
  /** Stopped by Ctrl-C (128 + SIGINT) or by SIGTERM before the command was done. */
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Errors that lie in what the user gave: command line, files, settings, passwords. */
const BAD_INPUT = [
  /^(USAGE|HOME|NODE_FILE|KEY|CSV|DATA|DEPLOYMENT|RPC|FILE)_/,
  /^TASK_(INVALID|UNREADABLE|UNKNOWN|AMBIGUOUS|MISSING|MODE|NO_LAYERS|NO_SPLIT|MODEL_MISFIT)$/,
  /^(SERVER_UNKNOWN|SPLIT_REFUSED|CHAIN_URL|CHAIN_PORT_IN_USE|HTTP_PORT_IN_USE|HTTP_CANNOT_LISTEN|ROUND_UNKNOWN|DISK_ABSENT|MERGE_KERNELS|TRAINER_COMMAND|TRAINER_ENVIRONMENT|TRAINER_TASK)$/,
  /^((IMPORT|EXPORT)_.*|ROUND_NOT_SCORED|MODEL_LACKS_LAYERS|LOCAL_MODEL_MISSING|AUDIT_REPORT_INVALID|AUDIT_FOLDER_EMPTY)$/,
  /^FEDERATED_(FIRST_MODEL|NO_COORDINATOR)$/,
];

export const exitCodeOf = ({ code }: SwarmError): ExitCode =>
  BAD_INPUT.some((pattern) => pattern.test(code)) ? EXIT.USAGE : EXIT.FAILED;

export const usage = (message: string, data: Record<string, unknown> = {}): SwarmError =>
  new SwarmError("USAGE_INVALID", message, data);
