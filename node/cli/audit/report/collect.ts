import type { AuditObserver } from "../../../core/audit/observer.ts";
import type { LocatedEvent, RoundEvent } from "../../../core/ledger/events.ts";
import type { Bytes32 } from "../../../core/primitives.ts";
import type { ReportData } from "./data.ts";
import { LicenceLog } from "./licenceSpans.ts";
import { TaskLog } from "./taskLog.ts";
import { openUpdateLog, type UpdateLog } from "./updateLog.ts";

/** Gathers what reports say beside the audit's findings. */
export interface Collector extends AsyncDisposable, Pick<ReportData, "licences" | "tasks"> {
  /** Passes events on, and takes from each what it needs. */
  through(events: AsyncIterable<LocatedEvent>): AsyncIterable<LocatedEvent>;
  observer: AuditObserver;
  updates: UpdateLog;
  /** Final rounds so far. */
  rounds: number;
  /** Unix seconds of the first and the last event. */
  times: { first: number; last: number };
}

export async function openCollector(): Promise<Collector> {
  const updates = await openUpdateLog();
  const licences = new LicenceLog();
  const tasks = new Map<Bytes32, TaskLog>();
  const approved = new Set<Bytes32>();
  const times = { first: 0, last: 0 };
  let rounds = 0;

  const take = (event: LocatedEvent): void => {
    times.first ||= event.at.timestamp;
    times.last = Math.max(times.last, event.at.timestamp);
    licences.event(event);
    if (!("taskId" in event)) return;
    if (event.type === "TaskApproved") {
      approved.add(event.taskId);
      return;
    }
    if (event.type === "TaskCreated" && !tasks.has(event.taskId)) tasks.set(event.taskId, new TaskLog(event));
    tasks.get(event.taskId)?.event(event as RoundEvent & Pick<LocatedEvent, "at">);
  };
  return {
    updates,
    times,
    get rounds() {
      return rounds;
    },
    get licences() {
      return licences.accounts(times.last);
    },
    get tasks() {
      return [...tasks].map(([taskId, task]) => task.data(times.last, approved.has(taskId)));
    },
    async *through(events) {
      for await (const event of events) {
        take(event);
        yield event;
      }
    },
    observer: {
      async update(checked) {
        tasks.get(checked.task)?.update(checked);
        await updates.add(checked);
      },
      round(checked) {
        rounds++;
        tasks.get(checked.task)?.round(checked);
      },
    },
    [Symbol.asyncDispose]: () => updates[Symbol.asyncDispose](),
  };
}
