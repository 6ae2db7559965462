/** What a step does, with players by index. */
export type Step =
  | { kind: "propose"; by: number; what: Proposed }
  | { kind: "approve"; by: number; proposal: number }
  | { kind: "direct"; by: number; what: Proposed };

/** An act before it is encoded. */
export type Proposed =
  | { act: "addLicensor" | "removeLicensor"; player: number; threshold: number }
  | { act: "setThreshold"; threshold: number }
  | { act: "license" | "revoke" | "approveTask" | "pause" };

interface OpenProposal {
  what: Proposed;
  /** Everyone who ever approved, with a copy of the council at that time. */
  approvals: { by: number; council: string }[];
  executed: boolean;
}

/**
 * The council, as dumb as can be: it has no epochs or counters. It remembers under which council (as text) each approval was given, and
 * counts, whenever it is asked, the present licensors whose approval was given under the very council of now.
 */
export class CouncilOracle {
  licensors: Set<number>;
  threshold: number;
  licensed = false;
  taskApproved = false;
  paused = false;
  /** How many times the council or its threshold was set, so that a council that returns is another. */
  #changes = 0;
  readonly proposals: OpenProposal[] = [];

  constructor(licensors: number, threshold: number) {
    this.licensors = new Set(Array(licensors).keys());
    this.threshold = threshold;
  }

  #council(): string {
    return JSON.stringify([[...this.licensors].sort(), this.threshold, this.#changes]);
  }

  /** Takes the step, or returns the name of the refusal. */
  take(step: Step): string | undefined {
    if (step.kind === "direct") return "NotCouncil";
    if (!this.licensors.has(step.by)) return "NotLicensor";
    if (step.kind === "propose") {
      const proposal = { what: step.what, approvals: [], executed: false };
      const refusal = this.#approve(proposal, step.by);
      if (refusal === undefined) this.proposals.push(proposal);
      return refusal;
    }
    const proposal = this.proposals[step.proposal];
    if (proposal === undefined) return "UnknownProposal";
    const council = this.#council();
    if (proposal.executed || proposal.approvals.some((approval) => approval.council !== council))
      return "ProposalClosed";
    if (proposal.approvals.some((approval) => approval.by === step.by)) return "AlreadyApproved";
    return this.#approve(proposal, step.by);
  }

  #approve(proposal: OpenProposal, by: number): string | undefined {
    const council = this.#council();
    const approvals = [...proposal.approvals, { by, council }];
    const counted = [...this.licensors].filter((licensor) =>
      approvals.some((a) => a.by === licensor && a.council === council),
    );
    if (counted.length >= this.threshold) {
      const refusal = this.#execute(proposal.what);
      if (refusal !== undefined) return refusal;
      proposal.executed = true;
    }
    proposal.approvals = approvals;
    return undefined;
  }

  #execute(what: Proposed): string | undefined {
    switch (what.act) {
      case "addLicensor":
        if (this.licensors.has(what.player)) return "AlreadyLicensor";
        return this.#setCouncil(new Set([...this.licensors, what.player]), what.threshold);
      case "removeLicensor":
        if (!this.licensors.has(what.player)) return "NotLicensor";
        return this.#setCouncil(
          new Set([...this.licensors].filter((licensor) => licensor !== what.player)),
          what.threshold,
        );
      case "setThreshold":
        return this.#setCouncil(this.licensors, what.threshold);
      case "license":
        this.licensed = true;
        return undefined;
      case "revoke":
        if (!this.licensed) return "NotLicensed";
        this.licensed = false;
        return undefined;
      case "approveTask":
        this.taskApproved = true;
        return undefined;
      case "pause":
        this.paused = true;
        return undefined;
    }
  }

  #setCouncil(licensors: Set<number>, threshold: number): string | undefined {
    if (threshold < 1 || threshold > licensors.size) return "InvalidCouncil";
    this.licensors = licensors;
    this.threshold = threshold;
    this.#changes += 1;
    return undefined;
  }
}
