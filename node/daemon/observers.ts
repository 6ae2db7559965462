import type { PeerObserver } from "./components.ts";

/** One observer that tells several, in order. */
export function tellAll(...observers: readonly PeerObserver[]): PeerObserver {
  return {
    ledger: (view, now) => observers.forEach((one) => one.ledger?.(view, now)),
    head: (event) => observers.forEach((one) => one.head?.(event)),
    connection: (event) => observers.forEach((one) => one.connection?.(event)),
    phase: (event) => observers.forEach((one) => one.phase?.(event)),
    waiting: (event) => observers.forEach((one) => one.waiting?.(event)),
    aborted: (event) => observers.forEach((one) => one.aborted?.(event)),
    training: (event) => observers.forEach((one) => one.training?.(event)),
    refused: (event) => observers.forEach((one) => one.refused?.(event)),
    leftOut: (event) => observers.forEach((one) => one.leftOut?.(event)),
    merged: (event) => observers.forEach((one) => one.merged?.(event)),
    round: (record) => observers.forEach((one) => one.round?.(record)),
    finished: (event) => observers.forEach((one) => one.finished?.(event)),
  };
}
