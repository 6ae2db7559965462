import { SwarmError } from "../../../core/errors.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { BlockHeader } from "./header.ts";
import { type HeadFeed, subscribeHeads } from "./heads.ts";
import { createHttpTransport } from "./http.ts";
import { type RpcCall, type Transport, withoutSecrets } from "./jsonRpc.ts";
import { createReconnectingSocket } from "./reconnectingSocket.ts";

/** A node of the chain, as this process talks to it. */
export interface Endpoint {
  readonly url: string;
  /** @throws SwarmError CHAIN_UNREACHABLE, CHAIN_RPC_ERROR, or the signal's reason */
  request(method: string, params: unknown[], signal: AbortSignal): Promise<unknown>;
  /** All answers in the order of the calls. */
  batch(calls: RpcCall[], signal: AbortSignal): Promise<unknown[]>;
  /** Whether the endpoint announces blocks now. */
  announces(): boolean;
  /** Calls `listener` at every announcement (with the header) and whenever looking now is worth it. @returns how to stop */
  onHead(listener: (header: BlockHeader | undefined) => void): () => void;
  close(): void;
}

/** Host and port alone: nothing secret can be in it, and `http://` may be all that is missing. */
const isPlace = (url: string): boolean => /^([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?$/i.test(url);

/** What was given may hold a password or a token, and is not repeated then. */
function shown(url: string): string {
  if (isPlace(url)) return `"${url}"`;
  return url.includes("://") && URL.canParse(url) ? `"${withoutSecrets(url)}"` : "What was given";
}

/**
 * @param url http(s) or ws(s); with http the WebSocket for announcements is looked for at the same address
 * @throws SwarmError CHAIN_URL
 */
export function createEndpoint(url: string, components: { clock: Clock; logger: Logger }): Endpoint {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (!/^(http|ws)s?:$/.test(protocol)) {
    throw new SwarmError(
      "CHAIN_URL",
      `${shown(url)} is no URL of a chain's endpoint: it begins with http://, https://, ws:// or wss://${isPlace(url) ? `. Perhaps http://${url} is meant.` : "."}`,
    );
  }
  const { username, password } = new URL(url);
  if (protocol.startsWith("ws") && (username !== "" || password !== "")) {
    throw new SwarmError(
      "CHAIN_URL",
      `User and password in ${withoutSecrets(url)} would not be sent: a WebSocket has no place for them. Use the endpoint's http or https URL, or one with the token in its path or query.`,
    );
  }
  const transport: Transport = protocol.startsWith("ws") ? createReconnectingSocket(url) : createHttpTransport(url);
  const listeners = new Set<(header: BlockHeader | undefined) => void>();
  let feed: HeadFeed | undefined;

  return {
    url,
    async request(method, params, signal) {
      const [result] = await transport.call([{ method, params }], signal);
      return result;
    },
    async batch(calls, signal) {
      return calls.length === 0 ? [] : await transport.call(calls, signal);
    },
    announces: () => feed?.live === true,
    onHead(listener) {
      feed ??= subscribeHeads(url.replace(/^http/, "ws"), components, (header) => {
        for (const each of listeners) each(header);
      });
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      feed?.close();
      transport.close();
      listeners.clear();
    },
  };
}
