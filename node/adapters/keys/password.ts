import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SwarmError } from "../../core/errors.ts";

type AskHidden = (message: string, signal: AbortSignal | undefined) => Promise<string>;

export interface PasswordSources {
  /** What --password-file names; comes before the environment. */
  readonly file?: string | undefined;
  /** The question in a terminal. */
  readonly prompt?: string | undefined;
  /** For a new password: asks twice, and refuses a weak one. */
  readonly isNew?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Whether someone can be asked; by default, whether standard input is a terminal. */
  readonly interactive?: boolean | undefined;
  /** Asks a question without showing what is typed; by default in the terminal. */
  readonly ask?: AskHidden | undefined;
}

/** Characters; scrypt makes each guess expensive, but not those that everyone tries first. */
export const SHORTEST_PASSWORD = 8;
/** Longer files are no password files. Bytes. */
const LONGEST_FILE = 4096;
/** Bits of group and others. */
const NOT_THE_OWNER = 0o077;

const RULE = `at least ${SHORTEST_PASSWORD} characters, not all the same`;

const isGood = (password: string): boolean => [...password].length >= SHORTEST_PASSWORD && new Set(password).size > 1;

/** @throws SwarmError KEY_WEAK_PASSWORD */
export function requireGoodPassword(password: string): void {
  if (isGood(password)) return;
  throw new SwarmError("KEY_WEAK_PASSWORD", `a password for keys has ${RULE}: choose a longer one`, {});
}

/**
 * A password that others can read protects nothing. Not asked of pipes, of Windows, which has no such bits, and of a service's
 * credentials: systemd hands those out in a folder that nobody else can enter, with bits that its access lists make look open.
 */
async function requireOwnersOnly(
  path: string,
  env: NodeJS.ProcessEnv,
  problem: (why: string) => SwarmError,
): Promise<void> {
  const credentials = env.CREDENTIALS_DIRECTORY;
  if (process.platform === "win32" || (credentials && resolve(dirname(path)) === resolve(credentials))) return;
  const found = await stat(path).catch(() => undefined);
  // What is missing, reading it says.
  if (!found?.isFile() || (found.mode & NOT_THE_OWNER) === 0) return;
  const mode = (found.mode & 0o777).toString(8);
  throw problem(`can be read by others on this machine (mode ${mode}): chmod 600 ${path}`);
}

async function fromFile(path: string, source: string, env: NodeJS.ProcessEnv): Promise<string> {
  const problem = (why: string, cause?: unknown): SwarmError =>
    new SwarmError("KEY_PASSWORD_FILE", `the password file ${path} (${source}) ${why}`, { path, source }, cause);
  await requireOwnersOnly(path, env, problem);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw problem(
      error.code === "ENOENT" ? "does not exist: correct its path" : `cannot be read: ${error.message}`,
      error,
    );
  });
  if (bytes.length > LONGEST_FILE) throw problem("is too long: it holds the password in one line and nothing else");
  // Editors and echo end a file with a line break that nobody means.
  const password = bytes.toString("utf8").replace(/\r?\n$/, "");
  if (password === "") throw problem("is empty: write the password into it");
  if (/[\r\n]/.test(password)) throw problem("has several lines: it holds the password in one line and nothing else");
  return password;
}

async function askInTerminal(message: string, signal: AbortSignal | undefined): Promise<string> {
  // Loaded only for someone who types; questions go to stderr, so that output in pipes stays clean.
  const { default: prompt } = await import("@inquirer/password");
  try {
    return await prompt(
      { message, mask: true },
      { output: process.stderr, clearPromptOnDone: false, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as Error).name === "ExitPromptError")
      throw new SwarmError("KEY_NO_PASSWORD", "no password was typed: nothing was changed", {}, error);
    throw error;
  }
}

/** Asks until a good password was typed twice: other answers that were given before it must not be lost over this one. */
async function askNew(message: string, ask: AskHidden, signal: AbortSignal | undefined): Promise<string> {
  const question = `${message} (${RULE})`;
  for (let again = ""; ;) {
    const password = await ask(again + question, signal);
    if (!isGood(password)) again = "That one is too weak. ";
    else if ((await ask("The same again", signal)) === password) return password;
    else again = "The two differ. ";
  }
}

/**
 * Finds the password: `file`, then SWARM_PASSWORD_FILE, SWARM_PASSWORD, then a question in the terminal.
 * @throws SwarmError KEY_NO_PASSWORD, KEY_PASSWORD_FILE, KEY_WEAK_PASSWORD (new ones that were not typed)
 */
export async function readPassword(sources: PasswordSources = {}): Promise<string> {
  const { file, isNew = false, signal, env = process.env, interactive = process.stdin.isTTY === true } = sources;
  const { ask = askInTerminal } = sources;
  signal?.throwIfAborted();
  const given = async (): Promise<string | undefined> => {
    if (file !== undefined) return fromFile(file, "--password-file", env);
    if (env.SWARM_PASSWORD_FILE) return fromFile(env.SWARM_PASSWORD_FILE, "SWARM_PASSWORD_FILE", env);
    return env.SWARM_PASSWORD || undefined;
  };
  const password = await given();
  if (password !== undefined) {
    if (isNew) requireGoodPassword(password);
    return password;
  }
  if (!interactive) {
    throw new SwarmError(
      "KEY_NO_PASSWORD",
      "the keys need a password and nobody can be asked here: give --password-file, or set SWARM_PASSWORD_FILE or SWARM_PASSWORD",
      {},
    );
  }
  const message = sources.prompt ?? "Password";
  return isNew ? askNew(message, ask, signal) : ask(message, signal);
}
