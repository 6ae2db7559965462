import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** An address of the chain's endpoint that counts what passes, for one process. */
export interface CountedEndpoint {
  url: string;
  /** Both ways, HTTP included. */
  readonly bytes: number;
  close(): Promise<void>;
}

/** Opens a port on 127.0.0.1 that passes everything on to `target` (http://127.0.0.1:port). */
export async function countedEndpoint(target: string): Promise<CountedEndpoint> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on("data", (data) => void (bytes += data.length));
      from.pipe(to);
      // Whichever side breaks, the other one learns it as it would without this between them.
      from.on("error", () => to.destroy());
      from.once("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get bytes() {
      return bytes;
    },
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
