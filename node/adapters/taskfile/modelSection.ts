import { stringify } from "yaml";

/** A task file's `model` section as text, a line per layer or tensor. @param comments lines above it */
export function modelSection(model: Record<string, unknown>, comments: readonly string[]): string {
  const entries = Object.entries(model).flatMap(([key, value]) =>
    Array.isArray(value) ? [`  ${key}:`, ...value.map((item) => `    - ${flow(item)}`)] : [`  ${key}: ${flow(value)}`],
  );
  // A name out of a stranger's file must not end the comment that it stands in.
  const lines = comments.map((comment) => `# ${comment.replaceAll(/\s+/g, " ")}`);
  return `${[...lines, "model:", ...entries].join("\n")}\n`;
}

const flow = (value: unknown): string => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
