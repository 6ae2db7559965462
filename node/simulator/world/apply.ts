import type { FileKind } from "../../ports/disk.ts";
import type { Fault } from "../schedule/schedule.ts";
import { faultWords } from "../schedule/words.ts";
import type { People } from "./council.ts";
import type { SimulatedNode } from "./node.ts";
import type { World } from "./world.ts";

/** Makes a fault happen. @returns what ends it, where it is not over at once */
export function applyFault(world: World, people: People, fault: Fault): (() => void) | undefined {
  world.say("FAULT", faultWords(fault));
  const { weather, hub, driver } = world;
  const node = "node" in fault ? (world.nodes[fault.node] as SimulatedNode) : undefined;
  switch (fault.kind) {
    case "crash":
      return void node?.crashAfter(fault);
    case "leave":
      return void node?.stop(fault.ms);
    case "lose disk":
      node?.cutPower(fault.ms);
      return void node?.loseEverything();
    case "bit flip":
      return void (node && flip(node, fault.file, fault.pick));
    case "partition":
      return onLines(hub, weather.partition(fault.groups));
    case "cut line":
      return onLines(hub, weather.cut(fault.node, fault.other));
    case "slow line":
    case "slow endpoint":
      return weather.begin(fault.kind, fault.node, fault.delay);
    case "lost answers":
      return weather.begin(fault.kind, fault.node, fault.share);
    case "hang":
    case "full disk":
      return weather.begin(fault.kind, fault.node);
    case "no endpoint":
      return disconnected(world, fault.kind, fault.node);
    case "clock jump":
      if (node) node.clockAhead += fault.by;
      return undefined;
    case "chain halt":
      weather.halted++;
      return () => void weather.halted--;
    case "reorganization":
      world.tally.reorganizations++;
      return void driver.reorganize(fault.depth);
    case "chain restart": {
      weather.chainAway++;
      connect(world);
      driver.restart(fault.blocks);
      return () => {
        weather.chainAway--;
        connect(world);
      };
    }
    case "suspend":
    case "revoke":
    case "expire":
      return node && people.bar(node, fault.kind);
    case "pause":
      return people.pause();
    case "join":
      return void (node && people.join(node));
  }
}

/** Lines have changed now, and change again at the end. */
function onLines(hub: World["hub"], end: () => void): () => void {
  hub.changed();
  return () => {
    end();
    hub.changed();
  };
}

function disconnected(world: World, kind: "no endpoint", node: number): () => void {
  const end = world.weather.begin(kind, node);
  connect(world);
  return () => {
    end();
    connect(world);
  };
}

/** Connects everybody to the chain who can be. */
function connect({ nodes, weather }: World): void {
  for (const { ledger, index } of nodes)
    ledger.setConnected(weather.chainAway === 0 && weather.worst("no endpoint", index) === 0);
}

/** Alters a stored file, if there is one: which one depends on `pick`. */
async function flip(node: SimulatedNode, file: FileKind | "store", pick: number): Promise<void> {
  if (file === "store") {
    const cids = await Array.fromAsync(node.store.list());
    const cid = cids[pick % cids.length];
    if (cid) node.store.damage(cid);
    return;
  }
  const names = await node.disk.list(file);
  const name = names[pick % names.length];
  if (name) node.disk.damage(file, name);
}
