import fc from "fast-check";

/** Numbers from which one step is made; what they mean depends on the history so far. */
export interface Step {
  kind: "phase" | "phaseWrong" | "advance" | "member" | "council" | "approve" | "suspend" | "register" | "task";
  actor: number;
  a: number;
  b: number;
  /** Seconds since the step before. */
  seconds: number;
}

const KINDS: [Step["kind"], number][] = [
  ["phase", 60],
  ["phaseWrong", 8],
  ["advance", 10],
  ["member", 6],
  ["council", 5],
  ["approve", 6],
  ["suspend", 2],
  ["register", 5],
  ["task", 3],
];

export const steps = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      kind: fc.oneof(...KINDS.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
      actor: fc.nat(10_000),
      a: fc.nat(10_000),
      b: fc.nat(10_000),
      seconds: fc.oneof(
        { weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) },
        { weight: 2, arbitrary: fc.constantFrom(60, 200, 3_000) },
      ),
    }),
    { minLength: length, maxLength: length },
  );
