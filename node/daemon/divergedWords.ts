/** Training is the same in each attempt, so nobody need wait for another outcome: what to do instead, as nobody can know it from the ledger. */
export const DIVERGED_WARNINGS = [
  "training diverged; this node submits nothing that starts from this model",
  'every attempt from this model ends the same at this node. If other nodes say so, too, the task\'s learning rate is too high, and no attempt will end with a model: a task on the ledger cannot be changed, so stop the daemons and make a new one with a lower rate ("swarm task create"). If only this node says so, look at its rows ("swarm data check"); it trains again from the next model',
] as const;
