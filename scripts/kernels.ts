/** `npm run build:kernels`: compiles the kernels of merges and of training, and writes their bytes where the code finds them. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtText, compileKernels, MERGE_KERNELS, TRAINING_KERNELS } from "./kernels/compile.ts";

// Not import.meta.main: the pinned Node for Macs with ARM is older than it.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const program of [MERGE_KERNELS, TRAINING_KERNELS]) {
    const bytes = await compileKernels(program);
    writeFileSync(program.builtFile, builtText(program, bytes));
    process.stderr.write(`${bytes.length} bytes of ${program.what} in ${program.builtFile}\n`);
  }
}
