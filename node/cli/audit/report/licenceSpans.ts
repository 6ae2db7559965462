import type { EventPosition, LedgerEvent, RegistryEvent } from "../../../core/ledger/events.ts";
import { applyRegistryEvent, emptyRegistry, type LicenseView, licenseOf } from "../../../core/ledger/view/registry.ts";
import type { Address } from "../../../core/primitives.ts";

/** A time in which an account's licence was one and the same: [from, to) in unix seconds. */
export interface LicenceSpan {
  kind: "licensed" | "auditor" | "suspended";
  from: number;
  to: number;
}

export interface AccountLicence {
  account: Address;
  role: LicenseView["role"];
  /** Unix seconds; 0 for auditors, and where there is none. */
  expiresAt: number;
  /** It has registered a node's keys. */
  registered: boolean;
  spans: LicenceSpan[];
}

/** Which events say something of a licence. */
const KINDS = /^(Node(Authorized|Revoked|Suspended|Unsuspended)|AuditorAuthorized|SuspensionConfirmed)$/;

/** Follows licences through the ledger's history. Memory: what changed about each account, nothing per round. */
export class LicenceLog {
  readonly #registry = emptyRegistry();
  readonly #states = new Map<Address, { at: number; license: LicenseView }[]>();

  event(event: LedgerEvent & { at: EventPosition }): void {
    if (event.type === "NodeRegistered") applyRegistryEvent(this.#registry, event);
    if (!KINDS.test(event.type)) return;
    const change = event as Extract<RegistryEvent, { account: Address }> & { at: EventPosition };
    applyRegistryEvent(this.#registry, change);
    const states = this.#states.get(change.account) ?? [];
    states.push({ at: event.at.timestamp, license: licenseOf(this.#registry, change.account) });
    this.#states.set(change.account, states);
  }

  /** @param until unix seconds: spans that go on end here */
  accounts(until: number): AccountLicence[] {
    return [...this.#states].map(([account, states]) => {
      const { role, expiresAt } = licenseOf(this.#registry, account);
      const spans = states.flatMap(({ at, license }, i) => spansOf(license, at, states[i + 1]?.at ?? until));
      const registered = this.#registry.registrations.has(account);
      return { account, role, expiresAt, registered, spans: joined(spans) };
    });
  }
}

/** What a licence in this state was from one time to another. */
function spansOf({ role, expiresAt, suspendedUntil }: LicenseView, from: number, to: number): LicenceSpan[] {
  if (role === "none") return [];
  const spans: LicenceSpan[] = [];
  const lapse = Math.min(to, Math.max(from, suspendedUntil));
  if (lapse > from) spans.push({ kind: "suspended", from, to: lapse });
  const end = role === "auditor" ? to : Math.min(to, expiresAt);
  if (end > lapse) spans.push({ kind: role === "auditor" ? "auditor" : "licensed", from: lapse, to: end });
  return spans;
}

/** Neighbours of one kind are one span. */
function joined(spans: readonly LicenceSpan[]): LicenceSpan[] {
  const whole: LicenceSpan[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last?.kind === span.kind && last.to === span.from) last.to = span.to;
    else whole.push({ ...span });
  }
  return whole;
}
