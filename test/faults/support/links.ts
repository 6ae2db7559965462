import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { readNodeFile, writeNodeFile } from "../../../node/adapters/taskfile/nodeFile.ts";
import { dialerOf } from "./dialer.ts";
import type { Line } from "./line.ts";
import { type Pipe, pipe } from "./pipe.ts";
import type { Scene } from "./scene.ts";

/** What becomes of connections between parts of a network that is split. `cut`: they break, and new ones are refused. `silent`: nothing passes. */
export type Split = { groups: readonly (readonly number[])[]; how: "cut" | "silent" };

/** All traffic between the clinics, through proxies that know who dials whom. */
export interface Links extends AsyncDisposable {
  /** The connections to and from a clinic share these lines. Before its first connection. */
  slow(clinic: number, lines: { up: Line; down: Line }): void;
  split(split: Split): void;
  heal(): void;
  /** Bytes that went to and from a clinic so far. */
  carried(clinic: number): { up: number; down: number };
  /** Connections refused or held since the network was split. */
  readonly kept: number;
}

interface Connection {
  /** A clinic; undefined where an auditor dialled, whom nothing keeps. */
  dialer: number | undefined;
  target: number;
  ends: [Socket, Socket];
  /** From the dialer, to the dialer. */
  pipes: [Pipe, Pipe];
}

/** Puts a proxy in front of each clinic's port and registers it; before the daemons start. */
export async function throughProxies(scene: Scene): Promise<Links> {
  const { swarm } = scene;
  const connections = new Set<Connection>();
  const gone = new Map<number, { up: number; down: number }>();
  const lines = new Map<number, { up: Line; down: Line }>();
  let split: Split | undefined;
  let kept = 0;

  const isApart = (a: number | undefined, b: number): boolean =>
    split !== undefined && a !== undefined && !split.groups.some((group) => group.includes(a) && group.includes(b));
  const linesOf = (from: number | undefined, to: number | undefined): Line[] =>
    [from === undefined ? undefined : lines.get(from)?.up, to === undefined ? undefined : lines.get(to)?.down].filter(
      (line) => line !== undefined,
    );
  const add = (clinic: number | undefined, up: number, down: number): void => {
    if (clinic === undefined) return;
    const sum = gone.get(clinic) ?? { up: 0, down: 0 };
    gone.set(clinic, { up: sum.up + up, down: sum.down + down });
  };

  function accept(target: number, ports: { own: number; real: number }, client: Socket): void {
    client.pause();
    client.setNoDelay(true);
    const pids = scene.daemons.map(({ process }) => process.pid ?? 0);
    const pid = dialerOf(client.remotePort ?? 0, ports.own, pids);
    const dialer = pid === undefined ? undefined : pids.indexOf(pid);
    if (isApart(dialer, target)) kept += 1;
    if (isApart(dialer, target) && split?.how === "cut") {
      client.resetAndDestroy();
      return;
    }
    const server = connect(ports.real, "127.0.0.1");
    server.setNoDelay(true);
    const isOpen = (): boolean => !isApart(dialer, target);
    const pipes: [Pipe, Pipe] = [
      pipe(client, server, linesOf(dialer, target), isOpen),
      pipe(server, client, linesOf(target, dialer), isOpen),
    ];
    const connection: Connection = { dialer, target, ends: [client, server], pipes };
    connections.add(connection);
    const end = (): void => {
      client.destroy();
      server.destroy();
      if (!connections.delete(connection)) return;
      const [there, back] = pipes.map(({ carried }) => carried) as [number, number];
      add(dialer, there, back);
      add(target, back, there);
    };
    for (const socket of connection.ends) socket.on("error", end).on("close", end);
    client.resume();
  }

  const servers: Server[] = [];
  for (const [clinic, home] of swarm.at.clinics.entries()) {
    const file = join(home, "node.yaml");
    const settings = await readNodeFile(file);
    const real = Number(/\/tcp\/(\d+)$/.exec(settings.listen[0] ?? "")?.[1]);
    // Each has its way into the other direction after the first has ended.
    const server = createServer({ allowHalfOpen: true }, (client) => accept(clinic, { own, real }, client));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const own = (server.address() as AddressInfo).port;
    servers.push(server);
    await writeNodeFile(file, { ...settings, announce: [`/ip4/127.0.0.1/tcp/${own}`] });
    await swarm.commands.run(import("../../../node/cli/commands/nodeRegister.ts"), { ...swarm.options, home });
  }

  return {
    slow: (clinic, both) => void lines.set(clinic, both),
    split(next) {
      split = next;
      kept = 0;
      for (const { dialer, target, ends } of connections)
        if (next.how === "cut" && isApart(dialer, target)) for (const socket of ends) socket.resetAndDestroy();
    },
    heal() {
      split = undefined;
      for (const { pipes } of connections) for (const each of pipes) each.wake();
    },
    carried(clinic) {
      const sum = { up: gone.get(clinic)?.up ?? 0, down: gone.get(clinic)?.down ?? 0 };
      for (const { dialer, target, pipes } of connections) {
        const [there, back] = pipes.map(({ carried }) => carried) as [number, number];
        if (dialer === clinic) Object.assign(sum, { up: sum.up + there, down: sum.down + back });
        if (target === clinic) Object.assign(sum, { up: sum.up + back, down: sum.down + there });
      }
      return sum;
    },
    get kept() {
      return kept;
    },
    async [Symbol.asyncDispose]() {
      const closed = servers.map((server) => once(server.close(), "close"));
      for (const { ends } of connections) for (const socket of ends) socket.destroy();
      await Promise.all(closed);
    },
  };
}
