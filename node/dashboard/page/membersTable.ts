import { html } from "htm/preact";
import type { MemberEntry, PhaseEntry, TaskEntry } from "../entries.ts";
import { day, short } from "./format.ts";

interface Properties {
  members: readonly MemberEntry[];
  phase: TaskEntry["phase"];
}

/** Each member's licence, and its part in the open attempt. */
export const membersTable = ({ members, phase }: Properties) => html`
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
        ${members.map((member) => html`<${memberRow} key=${member.account} member=${member} phase=${phase} />`)}
      </tbody>
    </table>
  </div>
`;

function memberRow({ member, phase }: { member: MemberEntry; phase: TaskEntry["phase"] }) {
  const { account, name, license, expiresAt, lastRound } = member;
  const now = stateOf(member, phase);
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
function stateOf(member: MemberEntry, phase: TaskEntry["phase"]): { word: string; tone: string } {
  if (member.absent) return { word: "absent", tone: "bad" };
  if (!phase) return { word: "-", tone: "faint" };
  if (!member.inAttempt) return { word: "not in it", tone: "faint" };
  if (member.awaited) return { word: "missing", tone: "warn" };
  return { word: "done", tone: "good" };
}

const ORDER = ["submit", "attest", "merge"] as const;

function part(member: MemberEntry, phase: TaskEntry["phase"], of: PhaseEntry["name"]): string {
  if (!phase || !member.inAttempt || ORDER.indexOf(of) > ORDER.indexOf(phase.name)) return "-";
  if (of === "attest") return `${member.decided} of ${phase.submissions}`;
  return (of === "submit" ? member.submitted : member.voted) ? "yes" : "no";
}
