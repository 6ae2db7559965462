import { REQUEST_TIMEOUT_MS, resultOf, type RpcCall, type Transport, unreachable } from "./jsonRpc.ts";
import { timeLimit } from "./timeLimit.ts";

/** A WebSocket that is open. */
export interface RpcSocket extends Transport {
  /** Sets what is called with the payload of every subscription message. */
  onNotification(listener: (payload: unknown) => void): void;
  /** Resolves when the socket is closed, by either side. */
  readonly closed: Promise<void>;
}

interface Waiting {
  call: RpcCall;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** @throws SwarmError CHAIN_UNREACHABLE where nobody answers, or answers otherwise than as a WebSocket */
export async function openSocket(url: string, signal: AbortSignal): Promise<RpcSocket> {
  signal.throwIfAborted();
  using limit = timeLimit(signal, REQUEST_TIMEOUT_MS);
  const socket = new WebSocket(url);
  const waiting = new Map<unknown, Waiting>();
  let notify: (payload: unknown) => void = () => {};
  let nextId = 1;

  const closed = new Promise<void>((resolve) => {
    socket.addEventListener("close", () => {
      for (const { reject } of waiting.values()) reject(unreachable(url, "the connection was closed"));
      waiting.clear();
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(signal.aborted ? signal.reason : unreachable(url, "no WebSocket connection"));
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("close", fail, { once: true });
    // An "error" is followed by "close"; without a listener it would be thrown.
    socket.addEventListener("error", fail);
    limit.signal.addEventListener("abort", () => {
      fail();
      socket.close();
    });
  });

  socket.addEventListener("message", ({ data }) => {
    const answer = parse(data);
    if (!answer) return;
    const entry = waiting.get(answer.id);
    if (!entry) return notify(answer.params?.result);
    waiting.delete(answer.id);
    try {
      entry.resolve(resultOf(entry.call, answer));
    } catch (error) {
      entry.reject(error);
    }
  });

  async function one(call: RpcCall, callSignal: AbortSignal): Promise<unknown> {
    using callLimit = timeLimit(callSignal, REQUEST_TIMEOUT_MS);
    const id = nextId++;
    return await new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) return reject(unreachable(url, "the connection was closed"));
      waiting.set(id, { call, resolve, reject });
      callLimit.signal.addEventListener("abort", () => {
        waiting.delete(id);
        reject(
          callSignal.aborted ? callSignal.reason : unreachable(url, `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`),
        );
      });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, ...call }));
    });
  }

  return {
    closed,
    onNotification(listener) {
      notify = listener;
    },
    async call(calls, callSignal) {
      callSignal.throwIfAborted();
      return await Promise.all(calls.map((call) => one(call, callSignal)));
    },
    close() {
      socket.close();
    },
  };
}

function parse(data: unknown): { id?: unknown; params?: { result?: unknown } } | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
