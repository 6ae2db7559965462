import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { test } from "node:test";

const warden = resolve(import.meta.dirname, "../../scripts/soak/warden.ts");

test("a frozen process and another one are ended when the process that watched over them is killed; what was forgotten lives", async (t) => {
  const sleeper = () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    t.after(() => child.kill("SIGKILL"));
    return child;
  };
  const [frozen, chain, free] = [sleeper(), sleeper(), sleeper()];
  const ended = [once(frozen, "exit"), once(chain, "exit")];
  frozen.kill("SIGSTOP");
  const text = `
    const { Warden } = await import(${JSON.stringify(warden)});
    const it = new Warden();
    await it.watch(${frozen.pid}, "SIGKILL");
    await it.watch(${chain.pid}, "SIGTERM");
    await it.watch(${free.pid}, "SIGKILL");
    await it.forget(${free.pid});
    console.log("watching");
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => parent.kill("SIGKILL"));
  await once(parent.stdout, "data");
  assert.ok([frozen, chain].every(({ exitCode, signalCode }) => exitCode === null && signalCode === null));
  parent.kill("SIGKILL");
  assert.deepEqual(await Promise.all(ended), [
    [null, "SIGKILL"],
    [null, "SIGTERM"],
  ]);
  assert.ok(free.exitCode === null && free.signalCode === null);
});
