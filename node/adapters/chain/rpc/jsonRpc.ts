import { SwarmError } from "../../../core/errors.ts";

/** One call of an endpoint's JSON-RPC interface. */
export interface RpcCall {
  method: string;
  params: unknown[];
}

/** Where calls go: over HTTP or a WebSocket. */
export interface Transport {
  /**
   * All answers in the order of the calls; one failing call fails all.
   * @throws SwarmError CHAIN_UNREACHABLE (no answer: worth another try), CHAIN_RPC_ERROR (an answer that says no), or the signal's reason
   */
  call(calls: RpcCall[], signal: AbortSignal): Promise<unknown[]>;
  close(): void;
}

/** Longest wait for one answer. */
export const REQUEST_TIMEOUT_MS = 10_000;

interface RpcAnswer {
  id?: unknown;
  result?: unknown;
  error?: { code?: unknown; message?: unknown; data?: unknown };
}

/** The result an answer carries. @throws SwarmError CHAIN_RPC_ERROR with `data.rpcCode`, `data.rpcMessage`, `data.rpcData` */
export function resultOf(call: RpcCall, answer: RpcAnswer): unknown {
  if (!answer.error) return answer.result;
  const { code, message, data } = answer.error;
  const rpcMessage = String(message);
  throw new SwarmError(
    "CHAIN_RPC_ERROR",
    `The chain's endpoint answered ${call.method} with an error: ${rpcMessage}.`,
    {
      method: call.method,
      rpcCode: typeof code === "number" ? code : undefined,
      rpcMessage,
      rpcData: data,
    },
  );
}

/** @param detail what happened, as part of a sentence */
export function unreachable(url: string, detail: string, cause?: unknown): SwarmError {
  return new SwarmError(
    "CHAIN_UNREACHABLE",
    `The chain's endpoint ${withoutSecrets(url)} cannot be reached: ${detail}. Check that it runs and that the URL is right.${ofThisMachine(url)}`,
    { url: withoutSecrets(url) },
    cause,
  );
}

const ofThisMachine = (url: string): string =>
  URL.canParse(url) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)
    ? ' A local chain is started with "swarm chain start".'
    : "";

/** An endpoint's URL as logs may show it: without user, password, path tokens and query. */
export function withoutSecrets(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return "(no URL)";
  }
}

/** Whether an endpoint's URL has user, password or a query, which may be a token. */
export function hasCredentials(url: string): boolean {
  const { username, password, search } = new URL(url);
  return username !== "" || password !== "" || search !== "";
}

export const isUnreachable = (error: unknown): boolean =>
  error instanceof SwarmError && error.code === "CHAIN_UNREACHABLE";

/** The endpoint's own words, where it answered with an error; else undefined. */
export function rpcMessageOf(error: unknown): string | undefined {
  return error instanceof SwarmError && error.code === "CHAIN_RPC_ERROR" ? String(error.data.rpcMessage) : undefined;
}
