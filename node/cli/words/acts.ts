import type { CouncilAct } from "../../core/ledger/events.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { isoSeconds, short, utc } from "../output/units.ts";
import { nameOfTask } from "../tasks.ts";

/** What an act of the council does, as a phrase: "license 0x... until ...". */
export function describeAct(act: CouncilAct, view: NetworkView): string {
  switch (act.act) {
    case "license":
      return `license ${act.account} until ${utc(act.expiresAt)}`;
    case "authorizeAuditor":
      return `make ${act.account} an auditor`;
    case "revoke":
      return `revoke the licence of ${act.account}`;
    case "confirmSuspension":
      return `confirm the suspension of ${act.account}`;
    case "unsuspend":
      return `end the suspension of ${act.account}`;
    case "addLicensor":
      return `make ${act.account} a licensor, with a threshold of ${act.threshold}`;
    case "removeLicensor":
      return `remove the licensor ${act.account}, with a threshold of ${act.threshold}`;
    case "setThreshold":
      return `let acts need ${act.threshold} licensors`;
    case "approveTask":
      return `let task ${act.taskId}${nameOfTask(view, act.taskId)} be joined`;
    case "pause":
      return "stop the opening of rounds";
    case "unpause":
      return "let rounds open again";
    case "undecodable":
      return `something that is none of the council's acts (${short(act.calldata)}): do not approve it`;
  }
}

/** The command that another licensor types to approve this act. */
export function commandOf(act: CouncilAct, proposalId: number): string {
  switch (act.act) {
    case "license":
      return `swarm license grant ${act.account} --until ${isoSeconds(act.expiresAt)}`;
    case "authorizeAuditor":
      return `swarm license grant ${act.account} --auditor`;
    case "revoke":
    case "unsuspend":
      return `swarm license ${act.act} ${act.account}`;
    case "confirmSuspension":
      return `swarm license confirm ${act.account}`;
    case "addLicensor":
      return `swarm council add ${act.account} --threshold ${act.threshold}`;
    case "removeLicensor":
      return `swarm council remove ${act.account} --threshold ${act.threshold}`;
    case "setThreshold":
      return `swarm council threshold ${act.threshold}`;
    case "approveTask":
      return `swarm task approve ${act.taskId}`;
    case "pause":
    case "unpause":
      return `swarm council ${act.act}`;
    case "undecodable":
      return `swarm license approve ${proposalId}`;
  }
}
