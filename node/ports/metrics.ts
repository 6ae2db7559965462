import type { CounterName, GaugeName, HistogramName } from "./metricNames.ts";

export type Labels = Readonly<Record<string, string>>;

/** Figures about a daemon, kept to be read by a monitor. Nothing here throws or waits. */
export interface Metrics {
  /** Sets a gauge; undefined and what is not finite change nothing. */
  set(name: GaugeName, value: number | undefined, labels?: Labels): void;
  /** Adds to a counter. @param by not negative; 1 by default */
  add(name: CounterName, by?: number, labels?: Labels): void;
  /** Raises a counter to a total that was counted elsewhere; a lower one changes nothing. */
  raise(name: CounterName, total: number): void;
  /** Takes a duration into a histogram. */
  observe(name: HistogramName, seconds: number): void;
  /** Calls `sample` before each reading, for figures that nobody tells. A rejection leaves them as they were. */
  onRead(sample: () => void | Promise<void>): void;
  /** All figures as text for monitors, with its media type. */
  read(): Promise<{ text: string; type: string }>;
  close(): void;
}
