import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Machines of a guide by name: each can be reached by the others as `NAME.example`. */
export interface Machines extends Disposable {
  /** How commands on it are started. */
  prefix(machine: string): string[];
  /** A script as this kind of machine needs it. */
  adapt(machine: string, script: string): string;
}

/** Whether this user may make network namespaces. */
export function mayMakeNamespaces(): boolean {
  const name = `swarm-try-${process.pid}`;
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return false;
  return spawnSync("ip", ["netns", "delete", name]).status === 0;
}

/**
 * A network namespace for each, on one bridge that is in a namespace too, so that nothing of the machine itself is touched. Names are resolved by a hosts file
 * that `ip netns exec` puts in place of /etc/hosts.
 */
export function openNamespaces(names: readonly string[]): Machines {
  const spaceOf = (name: string): string => `swarm-${process.pid}-${name}`;
  const lan = spaceOf("lan");
  const made: string[] = [];
  const etc = (space: string): string => join("/etc/netns", space);
  const ip = (...args: string[]): void => void execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
  const close = (): void => {
    for (const space of made) {
      rmSync(etc(space), { recursive: true, force: true });
      ip("netns", "delete", space);
    }
  };
  const add = (space: string): void => {
    ip("netns", "add", space);
    made.push(space);
    ip("-n", space, "link", "set", "lo", "up");
  };
  const address = (i: number): string => `10.77.0.${i + 1}`;
  const hosts = ["127.0.0.1 localhost", ...names.map((name, i) => `${address(i)} ${name}.example`), ""].join("\n");
  try {
    add(lan);
    ip("-n", lan, "link", "add", "br0", "type", "bridge");
    ip("-n", lan, "link", "set", "br0", "up");
    for (const [i, name] of names.entries()) {
      const space = spaceOf(name);
      add(space);
      mkdirSync(etc(space), { recursive: true });
      writeFileSync(join(etc(space), "hosts"), hosts);
      ip("-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", `veth${i}`, "netns", lan);
      ip("-n", lan, "link", "set", `veth${i}`, "master", "br0", "up");
      ip("-n", space, "address", "add", `${address(i)}/24`, "dev", "eth0");
      ip("-n", space, "link", "set", "eth0", "up");
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    prefix: (machine) => ["ip", "netns", "exec", spaceOf(machine)],
    adapt: (_machine, script) => script,
    [Symbol.dispose]: close,
  };
}

/** Where namespaces are not allowed: a loopback address for each, put in the place of names. */
export function openLoopback(names: readonly string[]): Machines {
  const addressOf = (machine: string): string => `127.77.0.${names.indexOf(machine) + 1}`;
  return {
    prefix: () => [],
    adapt: (machine, script) =>
      script
        .replaceAll("0.0.0.0", addressOf(machine))
        .replace(/\/dns4\/(\w+)\.example/g, (_, name: string) => `/ip4/${addressOf(name)}`)
        .replace(/(\w+)\.example/g, (_, name: string) => addressOf(name)),
    [Symbol.dispose]: () => undefined,
  };
}
