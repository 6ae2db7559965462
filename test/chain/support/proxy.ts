import { createServer, connect, type Server, type Socket } from "node:net";

/** A connection to a chain that can be cut and restored. */
export interface Proxy {
  url: string;
  cut(): Promise<void>;
  restore(): Promise<void>;
}

/** Passes bytes between a new loopback port and the chain at `url`. */
export async function startProxy(url: string): Promise<Proxy> {
  const target = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  async function restore(): Promise<void> {
    if (server) return;
    const fresh = createServer((from) => {
      const to = connect(target, "127.0.0.1");
      for (const socket of [from, to]) {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          sockets.delete(socket);
          from.destroy();
          to.destroy();
        });
      }
      from.pipe(to).pipe(from);
    });
    await new Promise<void>((resolve, reject) => {
      fresh.once("error", reject);
      fresh.listen(port, "127.0.0.1", resolve);
    });
    port = (fresh.address() as { port: number }).port;
    server = fresh;
  }

  await restore();
  return {
    url: `http://127.0.0.1:${port}`,
    restore,
    async cut() {
      const open = server;
      if (!open) return;
      server = undefined;
      const closed = new Promise((resolve) => open.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
