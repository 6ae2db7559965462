import { type Html, html } from "../../../html/html.ts";
import type { ReportData } from "../data.ts";
import type { PageContext } from "../html.ts";
import { whole } from "./words.ts";

/** How anybody with access does the same again. */
export function repeatSection({ covered, software, network }: ReportData, { sha256 }: PageContext): Html {
  return html`<h2>How to repeat this check</h2>
    <ol>
      <li>
        Get ${software.name} ${software.version} from its source, and the network's deployment file from whoever
        deployed it. It has to name the ledger <code>${network.ledger}</code> and the first block
        <code>${network.genesis}</code>.
      </li>
      <li>
        As a registered auditor, ask the running nodes for every file:
        <code>swarm audit --home auditor --report audit.html --report audit.json</code>
      </li>
      <li>
        Or offline but for the chain, with nodes' folders or an earlier audit's archive:
        <code>swarm audit --network deployment.json --from archive --report audit.json</code>
      </li>
      <li>
        Compare: verdict, findings, and the models' hashes of each round have to be the same up to block
        ${whole(covered.toBlock)}. Counts of copies depend on who could be asked. An audit of the same blocks from the
        same folders by the same software has the same hash of its data, <code>${sha256}</code>.
      </li>
    </ol>
    <p>
      Exit code 0 stands for right, 1 for wrong, 3 for incomplete. Merges can also be made again by an independent
      program, <code>examples/recompute/recompute.py</code>.
    </p>`;
}
