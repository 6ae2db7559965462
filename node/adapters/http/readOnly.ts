/** Anything that answers requests. */
export interface Fetching {
  fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
}

const BODY = { error: { code: "HTTP_READ_ONLY", message: "this only reads; nothing can be changed here" } };

/** Answers everything but GET and HEAD with 405, before anything of the request is looked at. */
export const readOnly = (app: Fetching): Fetching => ({
  fetch: (request, env) =>
    request.method === "GET" || request.method === "HEAD"
      ? app.fetch(request, env)
      : Response.json(BODY, { status: 405, headers: { allow: "GET, HEAD", "cache-control": "no-store" } }),
});
