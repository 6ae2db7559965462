import { html } from "htm/preact";
import type { NodeEntry, PeerEntry } from "../entries.ts";
import { bytes, counted, short } from "./format.ts";
import { useStore } from "./useStore.ts";

/** The daemon that serves this page: what it runs on, and whom it is connected to. */
export function nodePart() {
  const store = useStore();
  const node = store.get<NodeEntry>("node");
  if (!node) return html`<p>No daemon serves this page.</p>`;
  const peers = store.list<PeerEntry>("peer");
  const connected = peers.filter((peer) => peer.connected).length;
  return html`
    <section class="panel" aria-label="This node">
      <h2>${node.name ?? short(node.account)}</h2>
      <p class="mono">${node.account}<br />${node.peerId}</p>
      ${node.doing !== null && html`<p>${node.doing}</p>`}
      <dl class="tiles">
        <div>
          <dt>Engine</dt>
          <dd>${node.engine}</dd>
        </div>
        <div>
          <dt>Rows</dt>
          <dd>${node.rows.training} to train, ${node.rows.validation} to validate</dd>
        </div>
        <div>
          <dt>Sent</dt>
          <dd>${bytes(node.traffic.sent)}</dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>${bytes(node.traffic.received)}</dd>
        </div>
        <div>
          <dt>Folder</dt>
          <dd>${bytes(node.disk.used)}</dd>
        </div>
        <div>
          <dt>Free on the disk</dt>
          <dd>${bytes(node.disk.free)}</dd>
        </div>
      </dl>
    </section>
    <h2>Connected to ${connected} of ${counted(peers.length, "peer")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Peers">
      <table>
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Connection</th>
            <th scope="col">Round trip</th>
            <th scope="col" class="wide">Peer id</th>
          </tr>
        </thead>
        <tbody>
          ${peers.map(
            (peer) =>
              html`<tr key=${peer.peerId} data-peer=${peer.account}>
                <th scope="row">${peer.name ?? short(peer.account)}</th>
                <td class=${peer.connected ? "good" : "bad"}>${peer.connected ? "connected" : "not connected"}</td>
                <td>${peer.latencyMs === null ? "-" : `${peer.latencyMs.toFixed(0)} ms`}</td>
                <td class="wide mono">${peer.peerId}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}
