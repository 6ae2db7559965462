import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import type { FindingCode } from "../../core/audit/report.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { AuditFile } from "../../dashboard/auditResults.ts";

/** Largest report that is read, bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const where = {
  task: z.custom<Bytes32>((it) => typeof it === "string").optional(),
  round: z.number().optional(),
  member: z.number().optional(),
  file: z.custom<Bytes32>((it) => typeof it === "string").optional(),
  text: z.string(),
};
const report = z.object({
  verdict: z.enum(["right", "wrong", "incomplete"]),
  findings: z.array(
    z.object({
      ...where,
      code: z.custom<FindingCode>((it) => typeof it === "string"),
      severity: z.enum(["wrong", "notice"]),
    }),
  ),
  unchecked: z.array(z.object(where)),
});

/**
 * What `swarm audit --json` printed. Of a report that `--follow` wrote, the last line counts.
 * @throws SwarmError AUDIT_REPORT_INVALID; FILE_* as reading does
 */
export async function readAuditFile(file: string): Promise<AuditFile> {
  const { mtimeMs, size } = await stat(file);
  const invalid = (why: string, cause?: unknown): SwarmError =>
    new SwarmError(
      "AUDIT_REPORT_INVALID",
      `${file} ${why}: write it with "swarm audit --json > ${file}"`,
      { file },
      cause,
    );
  if (size > MAX_BYTES) throw invalid(`has ${size} bytes, which is too much for an audit's report`);
  const text = (await readFile(file, "utf8")).trim();
  const read = report.safeParse(parsed(text) ?? parsed(text.split("\n").at(-1) ?? ""));
  if (!read.success) throw invalid("is no report of an audit", read.error);
  return { ...(read.data as Omit<AuditFile, "at">), at: Math.floor(mtimeMs / 1000) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
