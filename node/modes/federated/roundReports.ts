import { type ClientFigures, weightedFigures } from "../../core/modes/weightedFigures.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { CoordinatorObserver, MessageBytes } from "./components.ts";
import type { PastRound } from "./history.ts";

/** F9: tells of a round once the figures of its model are there: they come with the next round, which begins with that model. */
export class RoundReports {
  readonly #observer: CoordinatorObserver;
  readonly #bytes: () => MessageBytes;
  #untold: PastRound | undefined;
  #model: Bytes32 | undefined;
  readonly #figures = new Map<Address, ClientFigures>();
  #told: MessageBytes = { sent: 0, received: 0 };

  /** @param bytes of all conversations so far */
  constructor(observer: CoordinatorObserver, bytes: () => MessageBytes) {
    this.#observer = observer;
    this.#bytes = bytes;
  }

  /** A round that is to be told of. */
  add(past: PastRound): void {
    this.#untold = past;
  }

  /** Figures are to come of this model from now on. */
  expect(model: Bytes32): void {
    this.#model = model;
    this.#figures.clear();
  }

  take(account: Address, model: Bytes32, { rows, loss, accuracy, auc }: ClientFigures): void {
    if (model === this.#model)
      this.#figures.set(account, { rows, loss, accuracy, ...(auc === undefined ? {} : { auc }) });
  }

  get figures(): ClientFigures | undefined {
    return weightedFigures([...this.#figures.values()]);
  }

  /** Tells of the last round, if that was not done. */
  tell(): void {
    if (this.#untold === undefined) return;
    const past = this.#untold;
    this.#untold = undefined;
    const { sent, received } = this.#bytes();
    const bytes = { sent: sent - this.#told.sent, received: received - this.#told.received };
    this.#told = { sent, received };
    this.#observer.round?.({ ...past, figures: past.modelHash === this.#model ? this.figures : undefined, bytes });
  }
}
