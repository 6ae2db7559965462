import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { PROTOCOL_VERSION } from "../core/primitives.ts";
import type { ReportData } from "./audit/report/data.ts";

/** What this program calls itself, out of its package.json. */
export function softwareVersion(): ReportData["software"] {
  const text = readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8");
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return { name, version, protocol: PROTOCOL_VERSION };
}
