/** The parts of a state file that have to agree with each other. */
interface ChainState {
  best_block_number: number;
  blocks: { header: { number: string }; transactions: unknown[] }[];
  transactions: { info: { from: string } }[];
  accounts: Record<string, { nonce: number; code?: string }>;
}

/**
 * The chain program goes on making blocks while it writes its state, one part after the other: a file can have the effects of a transaction
 * that no block of it has, whose events would be missing for ever. Each transaction raises its sender's nonce by one, which tells.
 * @returns what does not agree; undefined where all does, or where the file does not say
 */
export function tornAt(state: unknown): string | undefined {
  const { best_block_number: best, blocks, transactions, accounts } = state as Partial<ChainState>;
  if (!Array.isArray(blocks) || !Array.isArray(transactions) || accounts === undefined) return undefined;
  const highest = blocks.reduce((most, { header }) => Math.max(most, Number(header.number)), 0);
  if (highest !== best) return `the last block is ${highest}, the chain's height ${best}`;
  const inBlocks = blocks.reduce((sum, block) => sum + block.transactions.length, 0);
  if (inBlocks !== transactions.length) return `blocks have ${inBlocks} transactions, the file ${transactions.length}`;
  const sent = new Map<string, number>();
  for (const { info } of transactions) sent.set(info.from, (sent.get(info.from) ?? 0) + 1);
  for (const [account, { nonce, code = "0x" }] of Object.entries(accounts)) {
    // Contracts have a nonce of their own, and send nothing.
    const count = sent.get(account) ?? 0;
    if (nonce !== count && code === "0x") return `${account} has nonce ${nonce}, and ${count} transactions in blocks`;
  }
  return undefined;
}
