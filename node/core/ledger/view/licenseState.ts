import type { Address } from "../../primitives.ts";
import { licenseOf, type RegistryView } from "./registry.ts";

export type LicenseState = "active" | "expired" | "suspended" | "revoked" | "none";

/** What a licence is at `time`, in one word. */
export function licenseState(registry: RegistryView, account: Address, time: number): LicenseState {
  const { role, grant, expiresAt, suspendedUntil } = licenseOf(registry, account);
  if (role === "none") return grant > 0 ? "revoked" : "none";
  if (time < suspendedUntil) return "suspended";
  return role === "node" && time >= expiresAt ? "expired" : "active";
}
