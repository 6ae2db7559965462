import type { Transport } from "./jsonRpc.ts";
import { type RpcSocket, openSocket } from "./socket.ts";

/** JSON-RPC over one WebSocket, for endpoints that offer nothing else; opened by the first call and again after it ended. */
export function createReconnectingSocket(url: string): Transport {
  const stop = new AbortController();
  let opening: Promise<RpcSocket> | undefined;

  function open(): Promise<RpcSocket> {
    if (!opening) {
      const mine = openSocket(url, stop.signal);
      opening = mine;
      const forget = (): void => {
        if (opening === mine) opening = undefined;
      };
      mine.then((socket) => void socket.closed.then(forget), forget);
    }
    return opening;
  }

  return {
    async call(calls, signal) {
      signal.throwIfAborted();
      const socket = await open();
      return await socket.call(calls, signal);
    },
    close() {
      stop.abort(new Error("closed"));
      void opening?.then(
        (socket) => socket.close(),
        () => {},
      );
    },
  };
}
