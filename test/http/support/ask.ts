import { type IncomingHttpHeaders, request } from "node:http";
import type { HttpServer } from "../../../node/adapters/http/serve.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request with exactly these headers: unlike `fetch`, it lets Host and Origin be anything. */
export function ask(
  server: Pick<HttpServer, "port">,
  path = "/",
  options: { headers?: Record<string, string>; method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const asked = request({ host: "127.0.0.1", port: server.port, path, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

export const codeOf = ({ body }: Answer): string => (JSON.parse(body) as { error: { code: string } }).error.code;
