import assert from "node:assert/strict";
import type { Desk, Result } from "./swarm.ts";

/** The command succeeded. */
export const done = (result: Result): Result => {
  assert.equal(result.code, 0, `exit code of a command that said:\n${result.stderr}${result.stdout}`);
  return result;
};

/** Types lines at a desk that is opened later. */
export function typing(desk: () => Desk) {
  const run = async (line: string): Promise<Result> => desk().swarm(line.split(" "));
  return {
    run,
    /** What a command that succeeds prints with `--json`. */
    json: async (line: string) => done(await run(`${line} --json`)).json,
    /** A command fails with this exit code and error. @returns the error's message */
    async refused(line: string, code: number, error: string): Promise<string> {
      const result = await run(`${line} --json`);
      assert.deepEqual([result.code, result.json.error?.code], [code, error], result.stderr);
      assert.ok(result.stderr.includes(`error: ${result.json.error.message}`), "standard error has it in words");
      return result.json.error.message;
    },
  };
}
