/** Host and port of a multiaddr as node.yaml and registrations have them; undefined for what is no TCP address. */
export function placeOf(multiaddr: string): { host: string; port: number } | undefined {
  const [, host, port] = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(?:\/|$)/.exec(multiaddr) ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
