import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { root } from "../setup/place.mjs";

/** One program in WebAssembly: where its source is, and what is built of it. */
export interface KernelProgram {
  what: string;
  /** Of `assembly/`, whose `kernels.ts` is the beginning. */
  folder: string;
  /** A program as text, so that it needs no file and no permission to read one. */
  builtFile: string;
  /** Of the constant in it. */
  constant: string;
  features: readonly string[];
}

const program = (folder: string, rest: Pick<KernelProgram, "what" | "constant" | "features">): KernelProgram => ({
  ...rest,
  folder: join(root, folder, "assembly"),
  builtFile: join(root, folder, "bytes.ts"),
});

/** No relaxed SIMD: what comes out rounds as its source says, on every machine. */
export const MERGE_KERNELS = program("node/core/merge/wasm", {
  what: "merge kernels",
  constant: "KERNELS_BASE64",
  features: ["simd"],
});

/** Training may differ between machines, and says so: fused products and sums are twice as fast. */
export const TRAINING_KERNELS = program("node/adapters/tfjs/kernels/wasm", {
  what: "training kernels",
  constant: "TRAINING_KERNELS_BASE64",
  features: ["simd", "relaxed-simd"],
});

const SOURCE = "kernels.ts";

/** No runtime, no memory of its own, and no fast math. */
const OPTIONS = ["-Ospeed", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];

/**
 * The program's WebAssembly. The same compiler gives the same bytes for the same source on every machine; it and its optimizer are pinned.
 * @throws Error with the compiler's messages
 */
export async function compileKernels({ what, folder, features }: KernelProgram): Promise<Uint8Array> {
  const sources = new Set(readdirSync(folder).filter((name) => name.endsWith(".ts")));
  const enabled = features.flatMap((feature) => ["--enable", feature]);
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main([SOURCE, "--outFile", "kernels.wasm", ...OPTIONS, ...enabled], {
    // The compiler looks for a source in several places, in folders of its own as well; here are all.
    readFile: (name) => (sources.has(name) ? readFileSync(join(folder, name), "utf8") : null),
    writeFile: (name, content) => {
      if (name === "kernels.wasm") bytes = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`the ${what} do not compile: ${error.message}\n${stderr.toString()}`);
  if (bytes === undefined) throw new Error(`the compiler of the ${what} wrote nothing`);
  return bytes;
}

/** The text of `builtFile`. */
export function builtText({ constant }: KernelProgram, bytes: Uint8Array): string {
  return [
    "/** WebAssembly of `assembly/kernels.ts`, written by `npm run build:kernels`; a test compiles it again and compares. */",
    `export const ${constant} = "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}
