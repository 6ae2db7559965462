/** Ways to break SwarmLedger, by one change of its source each, and the rule that notices. */
export interface Mutation {
  /** What the broken contract does. */
  name: string;
  file: string;
  from: string;
  to: string;
  /** Names of rules in invariants.ts or liveness.ts, any of which may be the first to notice. */
  rules: string[];
}
