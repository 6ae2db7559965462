import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import type { PhaseEntry } from "../entries.ts";
import { counted, duration } from "./format.ts";
import { useStore } from "./useStore.ts";

/** How long the phase can still last. It is drawn each second by itself, and is not said aloud. */
export function countdown({ phase }: { phase: PhaseEntry }) {
  const store = useStore();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = phase.deadline - store.now();
  const all = Math.max(1, phase.deadline - phase.since);
  if (left > 0)
    return html`<span role="timer" aria-live="off">${duration(left)}</span>${" "}<span class="faint"
        >of ${duration(all)}</span
      >`;
  return html`<span class="warn">
    time is over${phase.blocksLeft > 0 ? `, ${counted(phase.blocksLeft, "block")} to come` : ""}
  </span>`;
}
