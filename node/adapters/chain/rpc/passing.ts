import { isUnreachable, rpcMessageOf } from "./jsonRpc.ts";

/** Statuses with which a server says no for this moment only: too slow, too early, too many. */
const FOR_NOW = new Set([408, 425, 429]);

/** Why an endpoint that answered counts as unreachable: an answer that is no JSON-RPC. */
export class HttpAnswer extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

/** No answer, or one that a node gives while it starts or is overloaded: the same question may be answered a second later. */
export function isPassing(error: unknown): boolean {
  const message = rpcMessageOf(error);
  return (
    isUnreachable(error) ||
    (message !== undefined &&
      /in progress|syncing|header not found|unknown block|try again|too many requests|rate limit/i.test(message))
  );
}

/** A server that answers, and says no to this address or login. Only whoever was right before may take it for passing. */
export function isRefusedByServer(error: unknown): boolean {
  if (!isUnreachable(error) || !((error as Error).cause instanceof HttpAnswer)) return false;
  const { status } = (error as Error).cause as HttpAnswer;
  return status >= 400 && status < 500 && !FOR_NOW.has(status);
}
