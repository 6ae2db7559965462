import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../../ports/logger.ts";
import { METRICS, type MetricKind } from "../../ports/metricNames.ts";
import type { Labels, Metrics } from "../../ports/metrics.ts";

/** Sets of label values that a metric may have; what comes after them counts as `other`, so that nobody can make a monitor's memory grow. */
export const MAX_LABEL_SETS = 32;

type Instrument = Gauge | Counter | Histogram;

/** Metrics in Prometheus' text format, with those of the process itself (memory, processor, files, event loop, garbage collection). */
export function createPrometheus({ logger }: { logger: Logger }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = new Map<string, Instrument>(
    Object.entries(METRICS).map(([name, kind]) => [name, instrument(registry, name, kind)]),
  );
  const totals = new Map<string, number>();
  const seen = new Map<string, Set<string>>();
  const samples: (() => void | Promise<void>)[] = [];

  const bounded = (name: string, labels: Labels): Labels => {
    const sets = seen.get(name) ?? new Set();
    seen.set(name, sets);
    const key = JSON.stringify(labels);
    if (sets.has(key)) return labels;
    if (sets.size >= MAX_LABEL_SETS) return Object.fromEntries(Object.keys(labels).map((label) => [label, "other"]));
    sets.add(key);
    return labels;
  };

  return {
    set(name, value, labels = {}) {
      if (value !== undefined && Number.isFinite(value))
        (instruments.get(name) as Gauge).set(bounded(name, labels), value);
    },
    add(name, by = 1, labels = {}) {
      (instruments.get(name) as Counter).inc(bounded(name, labels), by);
    },
    raise(name, total) {
      const by = total - (totals.get(name) ?? 0);
      if (by <= 0) return;
      totals.set(name, total);
      (instruments.get(name) as Counter).inc(by);
    },
    observe(name, seconds) {
      (instruments.get(name) as Histogram).observe(seconds);
    },
    onRead(sample) {
      samples.push(sample);
    },
    async read() {
      const results = await Promise.allSettled(samples.map(async (sample) => sample()));
      for (const result of results)
        if (result.status === "rejected") logger.debug("a figure could not be taken", { error: result.reason });
      return { text: await registry.metrics(), type: registry.contentType };
    },
    close() {
      registry.clear();
    },
  };
}

function instrument(registry: Registry, name: string, { type, help, labels = [], buckets }: MetricKind): Instrument {
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "gauge") return new Gauge(common);
  if (type === "counter") return new Counter(common);
  return new Histogram({ ...common, buckets: [...(buckets ?? [])] });
}
