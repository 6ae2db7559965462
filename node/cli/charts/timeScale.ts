import type { Scale } from "./scale.ts";

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364, 728, 1820, 3640].map((days) => days * DAY),
];

/** An axis of time. @param from @param to unix seconds @param places in units of the picture @param count at most so many ticks */
export function timeScale(from: number, to: number, [left, right]: readonly [number, number], count = 6): Scale {
  const end = Math.max(to, from + 1);
  const step = STEPS.find((each) => (end - from) / each <= count) ?? (end - from) / count;
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= end; i++) ticks.push(i * step);
  return { min: from, max: end, ticks, at: (value) => left + ((value - from) / (end - from)) * (right - left) };
}

/** How ticks of such an axis are written: the day where they are days apart, else the time of day. All are UTC. */
export function timeFormat({ ticks: [first = 0, second = first + DAY], min, max }: Scale): (seconds: number) => string {
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  if (second - first >= DAY) return (seconds) => iso(seconds).slice(0, 10);
  const clock = second - first < MINUTE ? 8 : 5;
  const isOneDay = iso(min).slice(0, 10) === iso(max).slice(0, 10);
  return (seconds) => `${isOneDay ? "" : `${iso(seconds).slice(5, 10)} `}${iso(seconds).slice(11, 11 + clock)}`;
}
