import { html } from "htm/preact";
import type { LicenceEntry, NetworkEntry, ProposalEntry } from "../entries.ts";
import { counted, day, duration, short } from "./format.ts";
import { useStore } from "./useStore.ts";

/** Licences that end within this time are marked. Seconds. */
const SOON = 30 * 86_400;

/** What the licensing authority has to look at: open proposals, who has not registered yet, licences by their end. */
export function authorityPart() {
  const store = useStore();
  const network = store.get<NetworkEntry>("network");
  const proposals = store.list<ProposalEntry>("proposal");
  const licences = store
    .list<LicenceEntry>("licence")
    .toSorted((a, b) => (a.expiresAt || Infinity) - (b.expiresAt || Infinity));
  const unregistered = licences.filter(({ state, registered }) => state === "active" && !registered);
  return html`
    <h2>Proposals</h2>
    <p class="faint">
      Acts of the council need ${network?.threshold ?? "?"} of ${counted(network?.licensors.length ?? 0, "licensor")}.
      Keys are never on this page: a licensor approves in a terminal.
    </p>
    ${proposals.length === 0 ? html`<p>Nothing waits for an approval.</p>` : proposals.map((it) => html`<${proposalPanel} key=${it.id} proposal=${it} />`)}
    <h2>Pending registrations</h2>
    ${
      unregistered.length === 0
        ? html`<p>Every licensed account has registered its node.</p>`
        : html`<p>Licensed, and waiting for <code>swarm node register</code> by the operator:</p>
            <ul>
              ${unregistered.map(({ account, name, role }) => html`<li>${name ?? ""} <code>${account}</code>${role === "auditor" ? ", an auditor" : ""}</li>`)}
            </ul>`
    }
    <h2>${counted(licences.length, "licence")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Licences">
      <table>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col">Expires</th>
            <th scope="col">Registered</th>
          </tr>
        </thead>
        <tbody>
          ${licences.map((licence) => licenceRow(licence, store.now()))}
        </tbody>
      </table>
    </div>
  `;
}

const proposalPanel = ({ proposal }: { proposal: ProposalEntry }) =>
  html`<section class="panel" aria-label=${`Proposal ${proposal.id}`}>
    <p>
      Proposal ${proposal.id}: ${proposal.words}. Approved by ${proposal.approvedBy.length} of ${proposal.threshold}.
    </p>
    <p class="faint">
      Can still approve: ${proposal.missing.map(short).join(", ") || "nobody"}. It is approved by typing
    </p>
    <pre><code>${proposal.command}</code></pre>
  </section>`;

function licenceRow({ account, name, role, state, expiresAt, registered }: LicenceEntry, now: number) {
  const left = expiresAt - now;
  const soon = state === "active" && expiresAt > 0 && left < SOON;
  return html`<tr key=${account} data-licence=${account}>
    <th scope="row">${name ?? ""} <span class="mono" title=${account}>${short(account)}</span></th>
    <td>${role}</td>
    <td class=${state === "active" ? "good" : "bad"}>${state}</td>
    <td class=${soon ? "warn" : ""}>
      ${expiresAt === 0 ? "does not" : day(expiresAt)}${soon ? `, in ${duration(left)}` : ""}
    </td>
    <td>${registered ? "yes" : "no"}</td>
  </tr>`;
}
