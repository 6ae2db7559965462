import { SwarmError } from "../../core/errors.ts";

/** What programs need to be found, to speak the user's language and to find their libraries; none of it is a secret. */
const ALLOWED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "SYSTEMROOT",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "VIRTUAL_ENV",
  "CONDA_PREFIX",
  "PYENV_ROOT",
  "PYENV_VERSION",
  "OMP_NUM_THREADS",
  "MKL_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "CUDA_VISIBLE_DEVICES",
]);
const ALLOWED_BEGINNING = "LC_";
/** What holds passwords and endpoints of the node, or makes Node.js run other code. */
const FORBIDDEN = /^(SWARM_|NODE_)/;

/**
 * The variables that a trainer sees: a short list, and those that the clinic names. The node's own never pass, nor does anything else.
 * @param folder where temporary files belong
 * @throws SwarmError TRAINER_ENVIRONMENT for a name that may not be passed
 */
export function trainerEnvironment(
  from: Readonly<Record<string, string | undefined>>,
  more: readonly string[],
  folder: string,
): Record<string, string> {
  const forbidden = more.find((name) => FORBIDDEN.test(name));
  if (forbidden !== undefined) {
    const text = `the trainer may not see ${forbidden}: variables that begin with SWARM_ or NODE_ are the node's own. Take it out of trainer.environment in node.yaml`;
    throw new SwarmError("TRAINER_ENVIRONMENT", text, { name: forbidden });
  }
  const wanted = (name: string): boolean =>
    ALLOWED.has(name) || name.startsWith(ALLOWED_BEGINNING) || more.includes(name);
  const entries = Object.entries(from).filter(
    (entry): entry is [string, string] => wanted(entry[0]) && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(entries), TMPDIR: folder, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };
}
