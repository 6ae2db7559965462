/** Quorums of a task with n members in the attempt's snapshot, of which f may be faulty in any way (docs/PROTOCOL.md). */

/** Least number of holders that make an update included: at least one honest among them serves it. */
export const holdersNeeded = (f: number): number => Math.max(2, f + 1);

/** Equal votes that finalize a model: any two such sets share an honest member. */
export const votesNeeded = (n: number, f: number): number => Math.floor((n + f) / 2) + 1;

/** Least size of a snapshot: below it a task waits. */
export const membersNeeded = (f: number, minPeers: number): number => Math.max(3 * f + 1, minPeers + f);
