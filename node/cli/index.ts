import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Compiled modules are kept in this installation's own folder (others could put code into a shared one): it halves a command's start.
// Where the folder cannot be written, commands start slower and that is all.
enableCompileCache(join(import.meta.dirname, "../../.swarm/compile-cache"));

// After the line above, so that it counts for everything else.
await import("./main.ts");
