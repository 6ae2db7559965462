import type { Bytes32 } from "../../primitives.ts";
import { SwarmError } from "../../errors.ts";
import type { EventPosition, LedgerEvent, LocatedEvent, RegistryEvent, RoundEvent } from "../events.ts";
import { has } from "../masks.ts";
import { applyRoundEvent } from "./apply.ts";
import { applyRegistryEvent, emptyRegistry, mayConnect, type RegistrationView, type RegistryView } from "./registry.ts";
import { createTaskView, openAttempt, type TaskView } from "./task.ts";

/** The whole ledger up to block `head`: what daemons act on, commands print and audits replay. */
export interface NetworkView {
  registry: RegistryView;
  tasks: Map<Bytes32, TaskView>;
  head: number;
  /** Unix seconds of block `head`. */
  timestamp: number;
}

export const emptyNetwork = (): NetworkView => ({ registry: emptyRegistry(), tasks: new Map(), head: 0, timestamp: 0 });

/** Applies one event; mutates `view`. @throws SwarmError LEDGER_UNKNOWN_TASK where history does not begin at the deployment */
export function applyEvent(view: NetworkView, event: LocatedEvent): void {
  view.head = Math.max(view.head, event.at.block);
  view.timestamp = Math.max(view.timestamp, event.at.timestamp);
  if (!isRoundEvent(event)) {
    applyRegistryEvent(view.registry, event as RegistryEvent & { at: EventPosition });
    return;
  }
  if (event.type === "TaskCreated") {
    view.tasks.set(event.taskId, createTaskView(event));
    return;
  }
  const task = view.tasks.get(event.taskId);
  if (!task) {
    throw new SwarmError(
      "LEDGER_UNKNOWN_TASK",
      `${event.type} in block ${event.at.block} names task ${event.taskId}, which no earlier event created: read the ledger from its deployment on`,
    );
  }
  if (event.type === "RoundOpened") {
    task.attempt = openAttempt(event, recipientsOf(view.registry, task, event.snapshot, event.at.timestamp));
    task.phase = "running";
    task.round = event.round;
    task.waiting = undefined;
    return;
  }
  applyRoundEvent(task, event);
}

const isRoundEvent = (event: LedgerEvent & { at: EventPosition }): event is RoundEvent & { at: EventPosition } =>
  "taskId" in event && event.type !== "TaskApproved";

/** Whom files of an attempt are sealed to: the snapshot's members and the auditors of that time, in a fixed order. */
function recipientsOf(registry: RegistryView, task: TaskView, snapshot: bigint, time: number): RegistrationView[] {
  const recipients = task.members.flatMap((account, member) =>
    has(snapshot, member) ? (registry.registrations.get(account) ?? []) : [],
  );
  for (const [account, license] of registry.licenses) {
    const registration = registry.registrations.get(account);
    if (license.role === "auditor" && registration && mayConnect(registry, account, time))
      recipients.push(registration);
  }
  return recipients;
}
