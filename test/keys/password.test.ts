import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deriveKey } from "../../node/adapters/keys/deriveKey.ts";
import { readPassword } from "../../node/adapters/keys/password.ts";
import { SwarmError } from "../../node/core/errors.ts";

let dir: string;
before(() => {
  dir = mkdtempSync(join(tmpdir(), "password-"));
});
after(() => rmSync(dir, { recursive: true }));

const code = (expected: string) => (error: unknown) => error instanceof SwarmError && error.code === expected;
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text, { mode: 0o600 });
  return join(dir, name);
};

test("the password file comes first, then SWARM_PASSWORD_FILE, then SWARM_PASSWORD", async () => {
  const first = file("first", "from the option\n");
  const second = file("second", "from the variable\r\n");
  const env = { SWARM_PASSWORD_FILE: second, SWARM_PASSWORD: "in the variable" };
  const read = (sources: object) => readPassword({ interactive: false, ...sources });
  assert.equal(await read({ file: first, env }), "from the option");
  assert.equal(await read({ env }), "from the variable");
  assert.equal(await read({ env: { SWARM_PASSWORD: "in the variable" } }), "in the variable");
});

test("with nobody to ask, the error names what to set", async () => {
  await assert.rejects(
    readPassword({ env: {}, interactive: false }),
    (error) => code("KEY_NO_PASSWORD")(error) && /SWARM_PASSWORD_FILE/.test((error as Error).message),
  );
  await assert.rejects(readPassword({ env: { SWARM_PASSWORD: "" }, interactive: false }), code("KEY_NO_PASSWORD"));
});

test("a password file that is missing, empty, long or of several lines is refused", async () => {
  for (const path of [
    join(dir, "none"),
    file("empty", "\n"),
    file("lines", "one\ntwo\n"),
    file("long", "x".repeat(5000)),
    dir,
  ]) {
    await assert.rejects(readPassword({ file: path, env: {} }), code("KEY_PASSWORD_FILE"), path);
  }
});

test("a password file that others can read is refused, unless it is a service's credential", async (t) => {
  if (process.platform === "win32") return t.skip("no such permissions here");
  const path = file("open", "a good password\n");
  for (const mode of [0o640, 0o604, 0o666]) {
    chmodSync(path, mode);
    await assert.rejects(
      readPassword({ env: { SWARM_PASSWORD_FILE: path } }),
      (error) => code("KEY_PASSWORD_FILE")(error) && /chmod 600/.test((error as Error).message),
    );
  }
  const env = { SWARM_PASSWORD_FILE: path, CREDENTIALS_DIRECTORY: dir };
  assert.equal(await readPassword({ env }), "a good password");
  chmodSync(path, 0o400);
  assert.equal(await readPassword({ file: path, env: {} }), "a good password");
});

test("only a new password must be a good one", async () => {
  const env = { SWARM_PASSWORD: "short" };
  assert.equal(await readPassword({ env }), "short");
  await assert.rejects(readPassword({ env, isNew: true }), code("KEY_WEAK_PASSWORD"));
});

test("an aborted command asks nothing", async () => {
  await assert.rejects(readPassword({ env: {}, interactive: true, signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
});

test("the child derives what RFC 7914 says, and tells of a failure", async () => {
  const bytes = (text: string) => Buffer.from(text);
  const derived = await deriveKey(bytes("password"), bytes("NaCl"), { N: 1024, r: 8, p: 16 }, 64);
  // RFC 7914, section 12, second vector.
  const expected =
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  assert.equal(Buffer.from(derived).toString("hex"), expected);
  await assert.rejects(deriveKey(bytes("x"), bytes("y"), { N: 1000, r: 8, p: 1 }, 32), /derives keys ended with 1/);
});

test("a new password is asked until a good one was typed twice; an old one is asked once", async () => {
  const typed = ["abc", "aaaaaaaaaa", "long enough", "long enouhg", "long enough", "long enough"];
  const asked: string[] = [];
  const ask = async (message: string) => {
    asked.push(message);
    return typed.shift() as string;
  };
  assert.equal(await readPassword({ env: {}, interactive: true, isNew: true, prompt: "New", ask }), "long enough");
  const rule = "(at least 8 characters, not all the same)";
  const again = `That one is too weak. New ${rule}`;
  const twice = "The same again";
  assert.deepEqual(asked, [`New ${rule}`, again, again, twice, `The two differ. New ${rule}`, twice]);
  typed.push("abc");
  assert.equal(await readPassword({ env: {}, interactive: true, prompt: "Old", ask }), "abc");
});
