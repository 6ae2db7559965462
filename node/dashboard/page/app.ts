import { html, render } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { NetworkEntry, NodeEntry, TaskEntry } from "../entries.ts";
import { authorityPart } from "./authorityPart.ts";
import { figuresPart } from "./figuresPart.ts";
import { time } from "./format.ts";
import { ledgerPart } from "./ledgerPart.ts";
import { nodePart } from "./nodePart.ts";
import { announcement, taskPart } from "./taskPart.ts";
import { Store } from "./store.ts";
import { forgetToken, reloadForNewToken, takeToken } from "./token.ts";
import { StoreContext, useStore } from "./useStore.ts";

const PARTS = {
  task: { title: "Task", part: taskPart },
  figures: { title: "Rounds", part: figuresPart },
  ledger: { title: "Ledger", part: ledgerPart },
  authority: { title: "Authority", part: authorityPart },
  node: { title: "Node", part: nodePart },
};
type PartName = keyof typeof PARTS;

const partOfAddress = (): PartName => {
  const name = location.hash.slice(1);
  return name in PARTS ? (name as PartName) : "task";
};

const CONNECTION = {
  connecting: "connecting",
  live: "live",
  away: "the program that serves this page does not answer; trying again",
  locked: "locked",
} as const;

function page() {
  const store = useStore();
  const [name, setName] = useState(partOfAddress);
  const [chosen, choose] = useState("");
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const onHash = (): void => {
      setName(partOfAddress());
      main.current?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  if (store.connection === "locked") {
    forgetToken();
    return html`<${locked} />`;
  }
  const network = store.get<NetworkEntry>("network");
  const tasks = store.list<TaskEntry>("task");
  const node = store.get<NodeEntry>("node");
  const taskOf = (wanted: string | undefined) => tasks.find(({ taskId }) => taskId === wanted);
  const task = taskOf(chosen) ?? taskOf(node?.taskId) ?? tasks.at(-1);
  const shown = (Object.keys(PARTS) as PartName[]).filter((it) => it !== "node" || node);
  const { part, title } = PARTS[shown.includes(name) ? name : "task"];
  return html`
    <a class="skip" href="#main" onClick=${(event: Event) => (event.preventDefault(), main.current?.focus())}>
      To the content
    </a>
    <header>
      <h1>Swarm</h1>
      <nav aria-label="Parts of this page">
        ${shown.map(
          (it) => html`<a href=${`#${it}`} aria-current=${it === name ? "page" : undefined}>${PARTS[it].title}</a>`,
        )}
      </nav>
      <span class="spread ${store.isAway() ? "warn" : "good"}" data-connection=${store.connection}>
        ${store.connection === "live" && store.isAway() ? "the chain is away" : CONNECTION[store.connection]}
      </span>
      ${network && html`<span class="faint">chain ${network.chainId}, block ${network.head}</span>`}
    </header>
    <main tabindex="-1" ref=${main} aria-label=${title}>
      ${
        network &&
        network.awaySince !== null &&
        html`<p class="warn" data-away>
          The chain's endpoint has not answered since ${time(network.awaySince)}. What is shown is what was final
          before; the page goes on by itself.
        </p>`
      }
      ${network?.paused && html`<p class="warn">The council has paused the opening of rounds.</p>`}
      ${
        tasks.length > 1 &&
        html`<label>
          Task ${" "}
          <select value=${task?.taskId} onChange=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
            ${tasks.map((it) => html`<option value=${it.taskId}>${it.name ?? "(no valid document)"} ${it.taskId.slice(0, 12)}</option>`)}
          </select>
        </label>`
      }
      <${part} task=${task} />
    </main>
    <p class="hidden" role="status">${task ? announcement(task) : ""}</p>
  `;
}

const locked = () => html`
  <main>
    <h1>This page is locked</h1>
    <p>
      Open the address that the program printed when it started, with <code>#token=</code> at its end. Each start of the
      program makes a new one.
    </p>
  </main>
`;

const root = document.querySelector("#app") as HTMLElement;
const token = takeToken();
reloadForNewToken();
root.textContent = "";
if (token === undefined) render(html`<${locked} />`, root);
else {
  const store = new Store(token);
  render(html`<${StoreContext.Provider} value=${store}><${page} /><//>`, root);
  void store.follow();
}
