/** One line of JSON. Masks become arrays of members elsewhere; a bigint that comes here is written as a decimal string, bytes as hex. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === "bigint") return each.toString();
    if (each instanceof Uint8Array) return `0x${Buffer.from(each).toString("hex")}`;
    if (each instanceof Map || each instanceof Set) return [...each];
    if (typeof each === "number" && !Number.isFinite(each)) return null;
    return each;
  });
}
