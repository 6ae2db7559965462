import { createPrng } from "../../core/prng.ts";
import type { PeerComponents } from "../../daemon/components.ts";
import type { Chance } from "../schedule/chance.ts";
import { chanceOf } from "../schedule/chance.ts";
import type { Liar } from "../schedule/schedule.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { World } from "../world/world.ts";
import { asAttester } from "./attester.ts";
import { asAuthor } from "./author.ts";
import { asEvaluator } from "./evaluator.ts";
import { asServer } from "./server.ts";
import { asVoter } from "./voter.ts";

/** Whom and where a lie is about. */
export interface Stage {
  world: World;
  node: SimulatedNode;
}

/** What turns a daemon's components into a liar's. `lies` says whether it lies this time. */
export interface Temper {
  chance: Chance;
  lies(): boolean;
}

/** The components of a daemon that lies: it is the real one, whose acts and files are replaced on their way out. */
export function lying(honest: PeerComponents, liar: Liar, stage: Stage): PeerComponents {
  const { world, node } = stage;
  const chance = chanceOf(createPrng(world.schedule.seed, 3, node.index, node.starts));
  const temper: Temper = { chance, lies: () => chance.is(liar.share) };
  let components = asAuthor(honest, liar.author, temper, stage);
  components = asAttester(components, liar.attester, temper);
  components = asVoter(components, liar.voter, temper);
  components = asEvaluator(components, world.schedule.earlyStopping?.lies ?? "none", temper);
  return asServer(components, liar.server, temper);
}
