import { isIP } from "node:net";

export const isIpv6 = (host: string): boolean => isIP(host) === 6;

/** Whether an address or name means this machine alone, without asking any name server. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  if (isIP(name) === 4) return name.startsWith("127.");
  return name === "::1" || name === "localhost" || name.endsWith(".localhost");
}

/** The parts of a Host header or of an origin behind its scheme; undefined where it is none. The name is in lower case, IPv6 without brackets. */
export function parseHost(text: string): { name: string; port: string } | undefined {
  const parts = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_.-]{1,253}))(?::(\d{1,5}))?$/i.exec(text);
  if (!parts) return undefined;
  const [, ipv6, name, port = ""] = parts;
  if (ipv6 !== undefined && isIP(ipv6) !== 6) return undefined;
  return { name: (ipv6 ?? (name as string)).toLowerCase(), port };
}
