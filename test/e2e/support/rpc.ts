/** Asks the chain itself. @returns the result as it came */
export async function post(url: string, method: string, params: unknown[] = []): Promise<string> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await response.json()) as { result: string }).result;
}
