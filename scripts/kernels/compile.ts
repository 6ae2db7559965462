import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { root } from "../setup/place.mjs";

/** What the core imports: a program, as text, so that it needs no file and no permission to read one. */
export const builtFile = join(root, "node", "core", "merge", "wasm", "bytes.ts");

const SOURCE = "kernels.ts";
const FOLDER = join(root, "node", "core", "merge", "wasm", "assembly");
const SOURCES = new Set(readdirSync(FOLDER).filter((name) => name.endsWith(".ts")));

/** No runtime, no memory of its own, and neither relaxed SIMD nor fast math: what comes out rounds as its source says. */
const OPTIONS = [
  "-Ospeed",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--noExportMemory",
  "--enable",
  "simd",
];

/**
 * The kernels' WebAssembly. The same compiler gives the same bytes for the same source on every machine; it and its optimizer are pinned.
 * @throws Error with the compiler's messages
 */
export async function compileKernels(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([SOURCE, "--outFile", "kernels.wasm", ...OPTIONS], {
    // The compiler looks for a source in several places, in folders of its own as well; here are all.
    readFile: (name) => (SOURCES.has(name) ? readFileSync(join(FOLDER, name), "utf8") : null),
    writeFile: (name, content) => {
      if (name === "kernels.wasm") bytes = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`the merge kernels do not compile: ${error.message}\n${stderr.toString()}`);
  if (bytes === undefined) throw new Error("the compiler of the merge kernels wrote nothing");
  return bytes;
}

/** The text of `builtFile`. */
export function builtText(bytes: Uint8Array): string {
  return [
    "/** WebAssembly of `assembly/kernels.ts`, written by `npm run build:kernels`; a test compiles it again and compares. */",
    `export const KERNELS_BASE64 = "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}
