import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import { isIpv6 } from "./hostNames.ts";

/** Only this machine reaches it. */
export const LOOPBACK = "127.0.0.1";

export const HTTP_LIMITS = {
  /** Within which a request's head has to be here, milliseconds. */
  headersMs: 5_000,
  /** Within which all of a request has to be here, milliseconds; answers may take longer, as event streams do. Not less than `headersMs`. */
  requestMs: 10_000,
  /** How long a connection without a request is kept, milliseconds. */
  keepAliveMs: 5_000,
  /** Open connections; those beyond are closed at once. */
  connections: 128,
  /** Largest head of a request, bytes. */
  headerBytes: 8 * 1024,
  /** How long requests that are being answered may take to end when the server closes, milliseconds. */
  closingMs: 1_000,
} as const;

export interface ServeOptions {
  /** Name or address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** 0 for a free one. */
  port: number;
  logger: Logger;
  /** Closes the server. */
  signal: AbortSignal;
  limits?: Partial<Record<keyof typeof HTTP_LIMITS, number>>;
}

export interface HttpServer extends AsyncDisposable {
  /** As `http://127.0.0.1:9464`, with the port that was found. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Takes no more requests, gives those under way a moment, then ends them. May be called again. */
  close(): Promise<void>;
}

/**
 * Serves an application (anything with a `fetch`, such as one of `createApp`) over plain HTTP.
 * @throws SwarmError HTTP_PORT_IN_USE, HTTP_CANNOT_LISTEN, both with `data.host` and `data.port`; the signal's reason
 */
export async function serveHttp(
  app: { fetch: (request: Request, env?: unknown) => Response | Promise<Response> },
  { host = LOOPBACK, port, logger, signal, limits: given }: ServeOptions,
): Promise<HttpServer> {
  signal.throwIfAborted();
  const limits = { ...HTTP_LIMITS, ...given };
  const serverOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.max(100, Math.min(limits.headersMs, 5_000) / 5),
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
  };
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions,
    // The daemon fetches too, with the Request and Response that Node has.
    overrideGlobalObjects: false,
  }) as Server;
  server.maxConnections = limits.connections;
  server.listen({ host, port });
  await once(server, "listening", { signal }).catch((error: unknown) => {
    server.close();
    if (signal.aborted) throw signal.reason;
    throw cannotListen(host, port, error);
  });
  server.on("error", (error) => logger.warn("the HTTP server has trouble", { error }));
  server.on("drop", () => logger.warn("too many HTTP connections; new ones are closed", { most: limits.connections }));
  const actual = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener("abort", onAbort);
    return (closing ??= end(server, limits.closingMs));
  };
  const onAbort = (): void => void close();
  signal.addEventListener("abort", onAbort, { once: true });
  const url = `http://${isIpv6(host) ? `[${host}]` : host}:${actual}`;
  return { url, host, port: actual, close, [Symbol.asyncDispose]: close };
}

async function end(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

function cannotListen(host: string, port: number, cause: unknown): SwarmError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    const text = `port ${port} of ${host} is taken: end what listens there, or name another port (0 is a free one)`;
    return new SwarmError("HTTP_PORT_IN_USE", text, { host, port }, cause);
  }
  const reason = code === "EACCES" ? "ports below 1024 need an administrator" : `it is no address of this machine`;
  const text = `cannot listen on port ${port} of ${host} (${code ?? "unknown"}): ${reason}; name another host or port`;
  return new SwarmError("HTTP_CANNOT_LISTEN", text, { host, port }, cause);
}
