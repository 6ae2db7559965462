/** `npm run build:kernels`: compiles the merge kernels and writes their bytes where the core finds them. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtFile, builtText, compileKernels } from "./kernels/compile.ts";

// Not import.meta.main: the pinned Node for Macs with ARM is older than it.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await compileKernels();
  writeFileSync(builtFile, builtText(bytes));
  process.stderr.write(`${bytes.length} bytes of kernels in ${builtFile}\n`);
}
