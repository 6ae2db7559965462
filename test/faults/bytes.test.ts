import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LogWatch } from "../e2e/support/log.ts";
import type { Watched } from "../e2e/support/daemon.ts";
import { damage, filesBelow } from "../e2e/support/folders.ts";
import { did } from "./support/lines.ts";
import { openScene, type Scene } from "./support/scene.ts";
import { assertWhole } from "./support/wholeFiles.ts";

/** A disk gives other bytes than were written: in updates, models and blocks, under a daemon that runs and one that is down. */

const ASIDE = /no longer matches its hash and was set aside/;
let scene: Scene;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => {
  for (const daemon of scene?.daemons ?? []) daemon.process.kill("SIGCONT");
  await scene?.[Symbol.asyncDispose]();
});

const at = (clinic: number, ...path: string[]): string => join(scene.swarm.at.clinics[clinic] as string, ...path);

async function damageAll(dir: string, ending = ""): Promise<number> {
  const files = (await filesBelow(dir, ending)).filter((file) => !/\.damaged$|\.tmp$/.test(file));
  let changed = 0;
  for (const file of files) {
    // A running daemon deletes what nobody needs any more.
    try {
      await damage(file);
      changed++;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return changed;
}

test("R7: own update and base model changed under a running daemon after it submitted: it has both again in the same round, and votes", async () => {
  const [hurt, frozen] = [scene.daemons[0], scene.daemons[3]] as [Watched, Watched];
  await scene.includedAfter(0, 1);
  frozen.process.kill("SIGSTOP");
  // Nothing of the next round ends before its deadline: there is time to do harm between two steps.
  const [steps, aside, votes] = [scene.log(0), scene.log(0), scene.log(0)] as [LogWatch, LogWatch, LogWatch];
  const { key } = await steps.next(did("submit"));
  const round = Number(/^submit\/(\d+)/.exec(String(key))?.[1]);
  const changed = (await damageAll(at(0, "files/update"))) + (await damageAll(at(0, "files/model")));
  scene.say(`clinic-1 submitted to round ${round}; a bit was flipped in all its ${changed} updates and models`);
  const kinds = new Set([(await aside.next(ASIDE)).kind, (await aside.next(ASIDE)).kind]);
  assert.deepEqual(kinds, new Set(["update", "model"]));
  await votes.next(new RegExp(`"key":"vote/${round}\\..*"msg":"did"`));
  frozen.process.kill("SIGCONT");
  const end = await hurt.until(`round ${round}`, (it) => it.event === "round" && it.round === round);
  assert.ok((end.included as string[]).includes(scene.swarm.clinics[0] as string));
  scene.say(`both were set aside and had again; it is in the model of round ${round} and voted for it`);
});

test("R8: all files of a daemon that is down changed: started again it sets aside what it needs, gets the model, and is in the next", async () => {
  const log = scene.log(1);
  await log.next(did("merge"));
  await scene.daemons[1]?.kill();
  const changed = (await damageAll(at(1, "files"))) + (await damageAll(at(1, "ipfs/blocks"), ".data"));
  scene.say(`clinic-2 was killed after it had merged; a bit was flipped in all its ${changed} files and blocks`);
  await scene.start(1);
  await log.next(ASIDE);
  await log.next(/"got the model"|"rebuilt the model"/);
  const back = await scene.includedAfter(1, scene.lastRound());
  scene.say(`started again, it got the model from others and is in that of round ${back}`);
});

test("R4: an author's blocks changed before a member asks for them: the member takes no wrong bytes, has the update from others, and attests it", async () => {
  const late = scene.daemons[3] as Watched;
  for (let tries = 1; ; tries++) {
    const round = await frozenBeforeOpening(late);
    const changed = await damageAll(at(2, "ipfs/blocks"), ".data");
    const log = scene.log(3);
    late.process.kill("SIGCONT");
    scene.say(`clinic-4 stood still in round ${round} while a bit was flipped in all ${changed} blocks of clinic-3`);
    const steps = new RegExp(
      `"key":"(open/${round}\\.\\d+/2|attest/${round}\\.).*"msg":"did"|"round":${round},.*"msg":"round final"`,
    );
    const [first, second] = [await log.next(steps), await log.next(steps)];
    if (first.msg === "did" && second.msg === "did") {
      await scene.includedAfter(3, round - 1);
      break;
    }
    assert.ok(tries < 5, "clinic-4 never got to attest before the others ended the round");
    scene.say("the others were done before it attested; once more in the next round");
  }
  // It writes no file while its folder is looked at.
  late.process.kill("SIGSTOP");
  await assertWhole(at(3), false).finally(() => late.process.kill("SIGCONT"));
  scene.say("clinic-4 has the update all the same, attested it, and keeps right blocks only");
});

/** Stops clinic-4 after it has submitted and before it opens what others offer, and waits until they do. @returns the round */
async function frozenBeforeOpening(late: Watched): Promise<number> {
  for (;;) {
    const [steps, opening] = [scene.log(3), scene.log(3)];
    const { key } = await steps.next(did("submit"));
    late.process.kill("SIGSTOP");
    const round = Number(/^submit\/(\d+)/.exec(String(key))?.[1]);
    // Stopped too late where it has begun to open what others offered.
    if (opening.rest().some((line) => line.includes(`"key":"open/${round}.`))) {
      late.process.kill("SIGCONT");
      continue;
    }
    const attesting = (it: Record<string, unknown>): boolean =>
      it.event === "phase" && it.phase === "attest" && it.round === round;
    await Promise.all([0, 1, 2].map((clinic) => (scene.daemons[clinic] as Watched).until("attesting", attesting)));
    return round;
  }
}

test("one model a round at all, and the audit over the network is right", async () => {
  await scene.settle();
});
