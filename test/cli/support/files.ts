import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { taskInput } from "../../task/fixture.ts";

/** The fixture's task as a file: JSON is YAML. @param change replaces fields */
export async function writeTask(
  dir: string,
  name: string,
  change: Partial<ReturnType<typeof taskInput>> = {},
): Promise<void> {
  await writeFile(join(dir, name), JSON.stringify({ ...taskInput(), ...change }, undefined, 2));
}

/** Rows that fit the fixture's task. @param broken a line that is put in after the header */
export async function writeRows(dir: string, name: string, rows: number, broken?: string): Promise<void> {
  const lines = Array.from({ length: rows }, (_, i) => `${i / 10},${(i * 7) % 5},${-i},${i % 2 === 0 ? "no" : "yes"}`);
  await writeFile(join(dir, name), ["a,b,c,y", ...(broken === undefined ? [] : [broken]), ...lines, ""].join("\n"));
}
