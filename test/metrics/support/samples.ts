/** Samples of Prometheus' text format by name and labels, as they are written. @throws Error where a line is none */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, key, value] = /^([a-zA-Z_:][\w:]*(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
    if (key === undefined || samples.has(key)) throw new Error(`no sample, or there already: ${line}`);
    samples.set(key, Number(value));
  }
  return samples;
}

/** Names in `# TYPE` lines, with their types. */
export const typesOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name as string, type as string]));
