import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { PROTOCOL_VERSION } from "../../../core/primitives.ts";
import type { ReportData } from "./data.ts";

/** What this program calls itself, out of its package.json. */
export async function softwareVersion(): Promise<ReportData["software"]> {
  const text = await readFile(resolve(import.meta.dirname, "../../../../package.json"), "utf8");
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return { name, version, protocol: PROTOCOL_VERSION };
}
