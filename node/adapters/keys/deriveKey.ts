import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** scrypt's parameters (RFC 7914): memory is 128 * N * r bytes. */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What the child reads as JSON from its standard input; bytes in base64. */
export interface DeriveRequest extends ScryptParameters {
  readonly password: string;
  readonly salt: string;
  readonly length: number;
}

const CHILD = fileURLToPath(new URL("./deriveKeyChild.ts", import.meta.url));
/** Milliseconds; half a second is normal. */
const LIMIT = 60_000;

/**
 * scrypt in a process that ends right after: its 128 MB and more never become part of a daemon that runs for weeks. Secrets go
 * through pipes only; arguments and environment can be seen by others.
 * @returns `length` bytes
 */
export function deriveKey(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: ScryptParameters,
  length: number,
): Promise<Uint8Array> {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const request: DeriveRequest = { ...parameters, password: base64(password), salt: base64(salt), length };
  return new Promise((resolve, reject) => {
    const env = process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot };
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD], {
      env,
      stdio: "pipe",
      timeout: LIMIT,
      windowsHide: true,
    });
    const out: Buffer[] = [];
    let problem = "";
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      problem += chunk;
    });
    child.once("error", reject);
    // The child may end before it has read all; its exit status tells then.
    child.stdin.on("error", (error) => {
      problem += error.message;
    });
    child.once("close", (status, signal) => {
      const bytes = Buffer.concat(out);
      if (status === 0 && bytes.length === length) resolve(new Uint8Array(bytes));
      else
        reject(
          new Error(`the process that derives keys ended with ${signal ?? status}: ${problem.trim().slice(0, 500)}`),
        );
    });
    child.stdin.end(JSON.stringify(request));
  });
}
