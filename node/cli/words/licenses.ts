import { licenseOf, type RegistryView } from "../../core/ledger/view/registry.ts";
import { licenseState, type LicenseState } from "../../core/ledger/view/licenseState.ts";
import type { Address } from "../../core/primitives.ts";
import { utc } from "../output/units.ts";

export { licenseState, type LicenseState };

/** The same with what a person wants to know about it. */
export function licenseWords(registry: RegistryView, account: Address, time: number): string {
  const state = licenseState(registry, account, time);
  const { suspendedUntil } = licenseOf(registry, account);
  if (state !== "suspended") return state;
  return suspendedUntil === Number.POSITIVE_INFINITY
    ? "suspended by the council"
    : `suspended until ${utc(suspendedUntil)}`;
}

/** Why an account may not take part now, as a sentence's end, or undefined where it may. */
export function whyNotEligible(registry: RegistryView, account: Address, time: number): string | undefined {
  const state = licenseState(registry, account, time);
  const { role } = licenseOf(registry, account);
  if (state === "none") return "has no licence";
  if (state !== "active") return `has a licence that is ${licenseWords(registry, account, time)}`;
  if (role === "auditor") return "is an auditor, who may read but not take part";
  return registry.registrations.has(account) ? undefined : "is licensed but has not registered its node";
}
