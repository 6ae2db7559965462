import { hostname } from "node:os";
import { InvalidArgumentError } from "commander";
import { isLoopback } from "../adapters/http/hostNames.ts";
import { LOOPBACK } from "../adapters/http/serve.ts";
import type { NodeFile } from "../adapters/taskfile/nodeFile.ts";
import { SwarmError } from "../core/errors.ts";

export interface MonitorAddress {
  host: string;
  /** 0 for a free one. */
  port: number;
}

/** Reads `9464`, `192.0.2.7:9464`, `[::]:9464` or `monitor.example:9464`. Without a host only this machine is served. */
export function monitorAddress(text: string): MonitorAddress {
  const parts = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]{1,253})):)?(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts && port <= 65_535) return { host: parts[1] ?? parts[2] ?? LOOPBACK, port };
  throw new InvalidArgumentError("A port such as 9464 is needed, or host and port such as 192.0.2.7:9464.");
}

/** Names that a server there is asked by: names for this machine alone pass anyway, and one for other machines has this machine's, too. */
export const monitorNames = (host: string): string[] => (isLoopback(host) ? [] : [host, hostname()]);

/** Where to serve figures: as the command line or the environment says, else as node.yaml; undefined where nobody does. @throws SwarmError NODE_FILE_METRICS */
export function monitorAddressOf(given: MonitorAddress | undefined, settings: NodeFile): MonitorAddress | undefined {
  if (given !== undefined || settings.metrics === undefined) return given;
  try {
    return monitorAddress(String(settings.metrics));
  } catch (cause) {
    const text = `metrics in node.yaml: ${(cause as Error).message}`;
    throw new SwarmError("NODE_FILE_METRICS", text, { metrics: settings.metrics }, cause);
  }
}
