import type { Address } from "../../../core/primitives.ts";
import { type CouncilState, requireLicensor } from "./council.ts";
import { revert, type Transaction, ZERO_ADDRESS } from "./transaction.ts";

/** `INodeRegistry.Role`. */
export const Role = { None: 0, Node: 1, Auditor: 2 } as const;

/** A suspension that the council confirmed. */
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** State of contracts/lib/Licenses.sol for one account. */
export interface Standing {
  role: number;
  grant: number;
  expiresAt: number;
  suspendedUntil: number;
  /** Counts registrations. */
  version: number;
  /** Licensors who suspended the present grant alone. */
  suspendedBy: Set<Address>;
}

export type Standings = Map<Address, Standing>;

export function standingOf(standings: Standings, account: Address): Standing {
  let standing = standings.get(account);
  if (!standing) {
    standing = { role: Role.None, grant: 0, expiresAt: 0, suspendedUntil: 0, version: 0, suspendedBy: new Set() };
    standings.set(account, standing);
  }
  return standing;
}

const isSuspended = (standing: Standing, now: number): boolean => now < standing.suspendedUntil;
const isNode = (standing: Standing, now: number): boolean => standing.role === Role.Node && !isSuspended(standing, now);

export function isEligible(standings: Standings, account: Address, now: number): boolean {
  const standing = standings.get(account);
  return standing !== undefined && isNode(standing, now) && now < standing.expiresAt && standing.version !== 0;
}

export function isBarred(standings: Standings, account: Address, now: number): boolean {
  const standing = standings.get(account);
  return standing === undefined || !isNode(standing, now);
}

export function mayRegister(standings: Standings, account: Address, now: number): boolean {
  const standing = standings.get(account);
  if (!standing) return false;
  if (standing.role === Role.Auditor) return !isSuspended(standing, now);
  return isNode(standing, now) && now < standing.expiresAt;
}

export function suspend(
  council: CouncilState,
  standings: Standings,
  tx: Transaction,
  account: Address,
  period: number,
): void {
  requireLicensor(council, tx.sender);
  const standing = standingOf(standings, account);
  if (standing.role === Role.None) revert("NotLicensed", { account });
  if (standing.suspendedBy.has(tx.sender)) revert("SuspensionSpent", { account, licensor: tx.sender });
  standing.suspendedBy.add(tx.sender);
  standing.suspendedUntil = Math.max(tx.timestamp + period, standing.suspendedUntil);
  tx.emit({ type: "NodeSuspended", account, licensor: tx.sender, until: standing.suspendedUntil });
}

export function license(standings: Standings, tx: Transaction, account: Address, expiresAt: number): void {
  if (account === ZERO_ADDRESS) revert("InvalidArgument", { name: "account" });
  if (expiresAt <= tx.timestamp) revert("InvalidExpiry", { expiresAt });
  const standing = standingOf(standings, account);
  if (standing.role === Role.Auditor) revert("AlreadyHasRole", { account, role: Role.Auditor });
  standing.role = Role.Node;
  standing.expiresAt = expiresAt;
  startGrant(standing);
  tx.emit({ type: "NodeAuthorized", account, grant: standing.grant, expiresAt });
}

export function authorizeAuditor(standings: Standings, tx: Transaction, account: Address): void {
  if (account === ZERO_ADDRESS) revert("InvalidArgument", { name: "account" });
  const standing = standingOf(standings, account);
  if (standing.role !== Role.None) revert("AlreadyHasRole", { account, role: standing.role });
  standing.role = Role.Auditor;
  startGrant(standing);
  tx.emit({ type: "AuditorAuthorized", account, grant: standing.grant });
}

export function revoke(standings: Standings, tx: Transaction, account: Address): void {
  const standing = standingOf(standings, account);
  if (standing.role === Role.None) revert("NotLicensed", { account });
  standing.role = Role.None;
  standing.expiresAt = 0;
  standing.suspendedUntil = 0;
  tx.emit({ type: "NodeRevoked", account, grant: standing.grant });
}

export function confirmSuspension(standings: Standings, tx: Transaction, account: Address): void {
  const standing = standingOf(standings, account);
  if (!isSuspended(standing, tx.timestamp)) revert("NotSuspended", { account });
  standing.suspendedUntil = FOR_EVER;
  tx.emit({ type: "SuspensionConfirmed", account });
}

export function unsuspend(standings: Standings, tx: Transaction, account: Address): void {
  const standing = standingOf(standings, account);
  if (!isSuspended(standing, tx.timestamp)) revert("NotSuspended", { account });
  standing.suspendedUntil = 0;
  tx.emit({ type: "NodeUnsuspended", account });
}

function startGrant(standing: Standing): void {
  standing.grant += 1;
  standing.suspendedBy = new Set();
}
