import type { CouncilAct, RegistryEvent } from "../ledger/events.ts";

/** One event that carrying out an act of the council emits. */
export interface Effect {
  type: RegistryEvent["type"];
  /** Emitted only if it changes something. */
  optional?: boolean;
  /** Whether an event of this type says what the act says. */
  matches(event: RegistryEvent): boolean;
}

/** What an act of the council emits when it is executed, each once. */
export function effectsOf(act: CouncilAct): Effect[] {
  const ofAccount = (type: RegistryEvent["type"], account: string): Effect => {
    return { type, matches: (event) => "account" in event && event.account === account };
  };
  const ofLicensor = (type: RegistryEvent["type"], account: string): Effect => {
    return { type, matches: (event) => "licensor" in event && event.licensor === account };
  };
  const newEpoch = (threshold: number): Effect[] => [
    {
      type: "ThresholdChanged",
      optional: true,
      matches: (event) => "threshold" in event && event.threshold === threshold,
    },
    { type: "CouncilEpochStarted", matches: () => true },
  ];
  switch (act.act) {
    case "addLicensor":
      return [ofLicensor("LicensorAdded", act.account), ...newEpoch(act.threshold)];
    case "removeLicensor":
      return [ofLicensor("LicensorRemoved", act.account), ...newEpoch(act.threshold)];
    case "setThreshold":
      return newEpoch(act.threshold);
    case "license": {
      const { account, expiresAt } = act;
      const matches = (event: RegistryEvent) =>
        event.type === "NodeAuthorized" && event.account === account && event.expiresAt === expiresAt;
      return [{ type: "NodeAuthorized", matches }];
    }
    case "authorizeAuditor":
      return [ofAccount("AuditorAuthorized", act.account)];
    case "revoke":
      return [ofAccount("NodeRevoked", act.account)];
    case "confirmSuspension":
      return [ofAccount("SuspensionConfirmed", act.account)];
    case "unsuspend":
      return [ofAccount("NodeUnsuspended", act.account)];
    case "approveTask":
      return [
        { type: "TaskApproved", matches: (event) => event.type === "TaskApproved" && event.taskId === act.taskId },
      ];
    case "pause":
      return [{ type: "Paused", matches: () => true }];
    // TypeScript does not narrow to "unpause" here, because "pause" shares its member of the union.
    default:
      return [{ type: "Unpaused", matches: () => true }];
  }
}
