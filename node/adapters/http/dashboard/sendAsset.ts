import type { Context } from "hono";
import type { Asset } from "./assets.ts";

/** Sends a file in the smallest form that the browser takes, or says that the one it has is still right. */
export function sendAsset(context: Context, asset: Asset): Response {
  context.header("etag", asset.etag);
  // Kept, and asked about each time: a new version of the program is a new page at once.
  context.header("cache-control", "no-cache");
  context.header("vary", "accept-encoding");
  if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304);
  context.header("content-type", asset.type);
  const accepted = (context.req.header("accept-encoding") ?? "").split(",").map((it) => it.split(";")[0]?.trim());
  const form = (["br", "gzip"] as const).find((it) => accepted.includes(it));
  if (form !== undefined) context.header("content-encoding", form);
  return context.body(asset[form ?? "plain"]);
}
