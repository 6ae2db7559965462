import type { AuditCounts } from "../../core/audit/report.ts";
import { list } from "../output/units.ts";

/** `1 file`, `2 files`, in the numbers of whoever writes. */
type Amount = (count: number, noun: string) => string;

/** Who was ever licensed: `licences of 4 nodes and 1 auditor`. */
export function licencesWords({ licenses, auditors }: AuditCounts, amount: Amount): string {
  const some = [amount(licenses, "node"), ...(auditors > 0 ? [amount(auditors, "auditor")] : [])];
  return `licences of ${list(some)}`;
}

/** Copies that were read, and who gave them: `101 files from 4 nodes`, `80 files from 1 folder and 2 nodes`. */
export function filesWords(
  { files, nodes, folders }: Pick<AuditCounts, "files" | "nodes" | "folders">,
  amount: Amount,
): string {
  const from = [...(folders > 0 ? [amount(folders, "folder")] : []), ...(nodes > 0 ? [amount(nodes, "node")] : [])];
  return `${amount(files, "file")}${from.length === 0 ? "" : ` from ${list(from)}`}`;
}
