/** What is looked at of a state file that the chain program wrote. */
export interface WrittenState {
  best_block_number?: unknown;
  blocks?: unknown;
  transactions?: { block_number: number; info: { from: string; nonce: number } }[];
  accounts?: Record<string, { nonce: number }>;
}

/**
 * Whether a state is of one moment. The chain program goes on mining while it writes, so that a file can hold what a transaction changed, and the
 * transaction, but not its block. A chain that started from such a file would have acts in its contracts that no event tells of: nodes would
 * never fetch that update, and every audit would be wrong from then on.
 * @param block the newest block of the file
 */
export function isOfOneMoment({ transactions = [], accounts = {} }: WrittenState, block: number): boolean {
  const next = new Map<string, number>();
  for (const { block_number: number, info } of transactions) {
    if (number > block) return false;
    next.set(info.from, Math.max(next.get(info.from) ?? 0, info.nonce + 1));
  }
  // Every sender's account has counted exactly the transactions that are there.
  for (const [account, nonce] of next) if (accounts[account]?.nonce !== nonce) return false;
  return true;
}
