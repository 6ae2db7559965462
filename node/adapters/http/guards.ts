import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { isLoopback, parseHost } from "./hostNames.ts";

const refusal = (code: string, message: string) => ({ error: { code, message } });

/**
 * Keeps other pages of the operator's browser out. A page elsewhere can point a name of its own at this address (DNS rebinding): the Host header
 * then has that name. So only names of this machine pass, those in `names`, and plain addresses, which no name server can turn. A request that a
 * page sent, which says so in Origin, passes only if that page came from here. Else the answer is 403.
 * @param names that the server is reached by, besides `localhost`, without ports
 */
export function hostGuard({ names = [] }: { names?: readonly string[] } = {}): MiddlewareHandler {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return async (context, next) => {
    const header = context.req.header("host") ?? "";
    const host = parseHost(header);
    if (!host || !(isIP(host.name) !== 0 || isLoopback(host.name) || allowed.has(host.name))) {
      return context.json(refusal("HTTP_FOREIGN_HOST", "this host name is not served here"), 403);
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !isSameHost(origin, host)) {
      return context.json(refusal("HTTP_FOREIGN_ORIGIN", "pages from elsewhere are not served here"), 403);
    }
    await next();
    return undefined;
  };
}

/** An origin leaves out its scheme's port, a Host header may leave it out: both are compared without. */
function isSameHost(origin: string, host: { name: string; port: string }): boolean {
  const [, scheme, rest = ""] = /^(https?):\/\/(.+)$/i.exec(origin) ?? [];
  const page = parseHost(rest);
  if (!page || scheme === undefined) return false;
  const usual = scheme.toLowerCase() === "https" ? "443" : "80";
  return page.name === host.name && (page.port || usual) === (host.port || usual);
}

/**
 * Lets only those in who have the token: `Authorization: Bearer TOKEN`, or where `cookie` is given also a cookie of that name. Else the answer is 401.
 * Hashes are compared, in constant time, so that an answer's time tells neither the token nor its length.
 * @param token at least 128 bits of chance
 */
export function tokenGuard(token: string, { cookie }: { cookie?: string } = {}): MiddlewareHandler {
  const expected = digest(token);
  const isRight = (given: string | undefined): boolean =>
    given !== undefined && timingSafeEqual(digest(given), expected);
  return async (context, next) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
    const kept = cookie === undefined ? undefined : cookieOf(context.req.header("cookie") ?? "", cookie);
    if (isRight(bearer) || isRight(kept)) return next();
    context.header("www-authenticate", "Bearer");
    return context.json(refusal("HTTP_NO_TOKEN", "open the address that the program printed, with its token"), 401);
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function cookieOf(header: string, name: string): string | undefined {
  const found = header.split(";").find((part) => part.trim().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1);
}
