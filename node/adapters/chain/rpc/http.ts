import { SwarmError } from "../../../core/errors.ts";
import { REQUEST_TIMEOUT_MS, resultOf, type RpcCall, type Transport, unreachable } from "./jsonRpc.ts";
import { HttpAnswer } from "./passing.ts";
import { createPoster } from "./post.ts";
import { timeLimit } from "./timeLimit.ts";

/** JSON-RPC over HTTP with kept-alive connections; several calls travel as one batch. @param url may carry user and password */
export function createHttpTransport(url: string): Transport {
  const { target, headers } = splitCredentials(url);
  const poster = createPoster(target, headers);
  let nextId = 1;

  async function post(body: string, signal: AbortSignal): Promise<unknown> {
    using limit = timeLimit(signal, REQUEST_TIMEOUT_MS);
    try {
      const { status, text } = await poster.post(body, limit.signal);
      const parsed = parse(text);
      // Some nodes answer errors of single calls with status 4xx and a JSON-RPC body.
      if (parsed === undefined)
        throw unreachable(url, `it answered with HTTP status ${status} and no JSON-RPC`, new HttpAnswer(status));
      return parsed;
    } catch (error) {
      signal.throwIfAborted();
      if (limit.timedOut()) throw unreachable(url, `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`, error);
      if (error instanceof SwarmError) throw error;
      throw unreachable(url, detailOf(error), error);
    }
  }

  return {
    async call(calls, signal) {
      signal.throwIfAborted();
      const requests = calls.map(({ method, params }) => ({ jsonrpc: "2.0", id: nextId++, method, params }));
      const answer = await post(JSON.stringify(requests.length === 1 ? requests[0] : requests), signal);
      const answers = (Array.isArray(answer) ? answer : [answer]) as { id?: unknown }[];
      if (requests.length > 1 && answers.length === 1) resultOf(calls[0] as RpcCall, answers[0] as object);
      const byId = new Map(answers.map((one) => [one.id, one]));
      return requests.map((request, i) => {
        const one = byId.get(request.id) ?? (requests.length === 1 ? answers[0] : undefined);
        if (!one) throw unreachable(url, `its answer leaves out ${request.method}`);
        return resultOf(calls[i] as RpcCall, one);
      });
    },
    close: () => poster.close(),
  };
}

function splitCredentials(url: string): { target: URL; headers: Record<string, string> } {
  const target = new URL(url);
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (target.username) {
    const pair = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
    target.username = "";
    target.password = "";
  }
  return { target, headers };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function detailOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
