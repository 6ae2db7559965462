import { compress } from "hono/compress";
import type { DashboardSource } from "../../../ports/dashboard.ts";
import type { Logger } from "../../../ports/logger.ts";
import { createApp } from "../createApp.ts";
import { hostGuard, tokenGuard } from "../guards.ts";
import type { Asset, PageAssets } from "./assets.ts";
import { createEventStreams, type STREAM_LIMITS } from "./eventStreams.ts";
import { parseLedgerQuery } from "./ledgerQuery.ts";
import { type Fetching, readOnly } from "../readOnly.ts";
import { sendAsset } from "./sendAsset.ts";

export interface DashboardAppInit {
  source: DashboardSource;
  assets: PageAssets;
  /** At least 128 bits of chance; whoever has it may read everything. */
  token: string;
  logger: Logger;
  /** Ends the event streams. */
  signal: AbortSignal;
  limits?: Partial<Record<keyof typeof STREAM_LIMITS, number>>;
}

const problem = (code: string, message: string) => ({ error: { code, message } });

/**
 * The dashboard over HTTP. The page itself, which is the same for everybody, needs no token; everything about the network does. The token comes in
 * the Authorization header alone: a cookie would go to whatever else listens on another port of this host. Nothing can be changed: other methods than
 * GET and HEAD are answered with 405.
 */
export function createDashboardApp({ source, assets, token, logger, signal, limits }: DashboardAppInit): Fetching {
  const own = ["'self'"];
  const app = createApp({
    logger,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [...own, assets.importMapHash],
      styleSrc: own,
      imgSrc: own,
      connectSrc: own,
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  });
  app.use(hostGuard());
  for (const [path, asset] of assets.files) app.get(path, (context) => sendAsset(context, asset as Asset));

  app.use("/api/*", tokenGuard(token));
  const streams = createEventStreams(source, signal, limits);
  app.get("/api/events", (context) => {
    const stream = streams.open(context.req.query("after") ?? "");
    if (stream === undefined) {
      context.header("retry-after", "10");
      return context.json(problem("HTTP_TOO_MANY_STREAMS", "too many pages are open: close some of them"), 503);
    }
    context.header("content-type", "text/event-stream; charset=utf-8");
    return context.body(stream);
  });
  app.use("/api/*", compress());
  app.get("/api/state", (context) => {
    context.header("content-type", "application/json; charset=utf-8");
    return context.body(source.state().json);
  });
  app.get("/api/ledger", (context) => {
    const query = parseLedgerQuery(context.req.query());
    return "problem" in query
      ? context.json(problem("HTTP_BAD_QUERY", query.problem), 400)
      : context.json(source.ledger(query));
  });
  app.get("/api/row/:id{[0-9]{1,9}}", (context) => {
    const row = source.row(Number(context.req.param("id")));
    return row ? context.json(row) : context.json(problem("HTTP_NOT_FOUND", "the ledger has no such row"), 404);
  });
  return readOnly(app);
}
