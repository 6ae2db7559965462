import type { MemberMask } from "../primitives.ts";

/** Operations on sets of members, kept as the contracts keep them: bit i is member i. */

export const bit = (member: number): MemberMask => 1n << BigInt(member);

export const has = (mask: MemberMask, member: number): boolean => ((mask >> BigInt(member)) & 1n) === 1n;

/** How many members a mask holds. */
export function count(mask: MemberMask): number {
  let members = 0;
  for (let rest = mask; rest !== 0n; rest &= rest - 1n) members++;
  return members;
}

/** Members of a mask in ledger order. */
export function members(mask: MemberMask): number[] {
  const found: number[] = [];
  for (let member = 0, rest = mask; rest !== 0n; member++, rest >>= 1n) {
    if ((rest & 1n) === 1n) found.push(member);
  }
  return found;
}

/** Whether every member of `part` is in `whole`. */
export const isSubset = (part: MemberMask, whole: MemberMask): boolean => (part & ~whole) === 0n;
