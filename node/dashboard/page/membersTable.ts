import { html } from "htm/preact";
import type { MemberEntry, PhaseEntry, TaskEntry } from "../entries.ts";
import { day, short } from "./format.ts";

interface Properties {
  members: readonly MemberEntry[];
  phase: TaskEntry["phase"];
  /** The ledger cannot be seen now. */
  away: boolean;
}

/** Each member's licence, and its part in the open attempt. */
export const membersTable = ({ members, phase, away }: Properties) => html`
  <div class="scroll" tabindex="0" role="region" aria-label="Members">
    <table>
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">Member</th>
          <th scope="col">Now</th>
          <th scope="col">Submitted</th>
          <th scope="col">Attested</th>
          <th scope="col">Voted</th>
          <th scope="col">Licence</th>
          <th scope="col" class="wide">Expires</th>
          <th scope="col" class="wide">Last update</th>
        </tr>
      </thead>
      <tbody>
        ${members.map((member) => html`<${memberRow} key=${member.account} member=${member} phase=${phase} away=${away} />`)}
      </tbody>
    </table>
  </div>
`;

function memberRow({ member, phase, away }: Omit<Properties, "members"> & { member: MemberEntry }) {
  const { account, name, license, expiresAt, lastRound } = member;
  const now = stateOf(member, phase, away);
  return html`<tr data-member=${account} data-now=${now.word}>
    <td>${member.member + 1}</td>
    <th scope="row" title=${account}>${name ?? html`<span class="mono">${short(account)}</span>`}</th>
    <td class=${now.tone}>${now.word}</td>
    <td>${part(member, phase, "submit")}</td>
    <td>${part(member, phase, "attest")}</td>
    <td>${part(member, phase, "merge")}</td>
    <td class=${license === "active" ? "" : "bad"}>${license}${member.registered ? "" : ", not registered"}</td>
    <td class="wide">${expiresAt > 0 ? day(expiresAt) : "-"}</td>
    <td class="wide">${lastRound === null ? "none" : `round ${lastRound}`}</td>
  </tr>`;
}

/** One word on a member: the same as in `swarm status`. */
function stateOf(member: MemberEntry, phase: TaskEntry["phase"], away: boolean): { word: string; tone: string } {
  if (member.absent) return { word: "absent", tone: "bad" };
  if (!phase) return { word: "-", tone: "faint" };
  if (!member.inAttempt) return { word: "not in it", tone: "faint" };
  if (member.awaited && away) return { word: "-", tone: "faint" };
  if (member.missing) return { word: "missing", tone: "warn" };
  if (member.awaited) return { word: "not yet", tone: "faint" };
  return { word: "done", tone: "good" };
}

const ORDER = ["submit", "attest", "merge"] as const;

function part(member: MemberEntry, phase: TaskEntry["phase"], of: PhaseEntry["name"]): string {
  if (!phase || !member.inAttempt || ORDER.indexOf(of) > ORDER.indexOf(phase.name)) return "-";
  if (of === "attest") return `${member.decided} of ${phase.submissions}`;
  return (of === "submit" ? member.submitted : member.voted) ? "yes" : "no";
}
