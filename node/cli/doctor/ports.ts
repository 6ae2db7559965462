import { holderOf } from "../../adapters/disk/lock.ts";
import { cannotListen } from "../../adapters/system/probeTcp.ts";
import type { NodeFile } from "../../adapters/taskfile/nodeFile.ts";
import type { Home } from "../home.ts";
import { monitorAddressOf } from "../monitorAddress.ts";
import { type Finding, good, missing, withFix } from "./check.ts";
import { placeOf } from "./place.ts";

/** Whether the node could listen where its settings say, or its daemon does already. */
export async function checkPorts(home: Home, settings: NodeFile): Promise<Finding> {
  const name = "ports";
  const monitored = monitorAddressOf(undefined, settings);
  const places = [...settings.listen.flatMap((address) => placeOf(address) ?? []), ...(monitored ? [monitored] : [])];
  const daemon = await holderOf(home.disk);
  const said = places.map(({ host, port }) => `${host}:${port}`).join(", ");
  if (daemon !== undefined)
    return good(name, `${said}: the node's own daemon runs (process ${daemon.pid})`, { daemon });
  for (const { host, port } of places) {
    const code = await cannotListen(host, port);
    if (code === undefined) continue;
    const text = code === "EADDRINUSE" ? "is taken by another program" : `cannot be listened on (${code})`;
    const fix = `end what uses it, or correct listen and metrics in ${home.nodeFile}; after a change of listen: swarm node register --home ${home.dir}`;
    return withFix(missing(name, `port ${port} of ${host} ${text}`, { host, port, code }), fix);
  }
  return good(name, `${said}: free`, { places });
}
