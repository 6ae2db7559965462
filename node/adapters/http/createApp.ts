import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Logger } from "../../ports/logger.ts";

export interface AppInit {
  logger: Logger;
  /** Of the Content-Security-Policy; by default a page may load nothing at all, from anywhere. */
  contentSecurityPolicy?: NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"];
}

/**
 * An application that answers its own faults: 404 and 500 are JSON with a code, causes go to the log and to nobody else. Answers forbid framing,
 * sniffing of types and sending of referrers, and are not kept by caches unless a route says so.
 */
export function createApp({ logger, contentSecurityPolicy }: AppInit): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: contentSecurityPolicy ?? { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: "DENY",
      // Plain HTTP on loopback: a browser that was told to insist on TLS could not come back.
      strictTransportSecurity: false,
    }),
  );
  app.use(async (context, next) => {
    await next();
    if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
  });
  app.notFound((context) => context.json({ error: { code: "HTTP_NOT_FOUND", message: "there is nothing here" } }, 404));
  app.onError((error, context) => {
    logger.error("a request could not be answered", { method: context.req.method, path: context.req.path, error });
    return context.json({ error: { code: "HTTP_FAILED", message: "this failed; the program's log says why" } }, 500);
  });
  return app;
}
