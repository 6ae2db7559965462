import { join } from "node:path";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import { agreedHash } from "../../modes/split/agreed.ts";
import type { Home } from "../home.ts";

/** Where a side keeps its part of a task's model, epoch by epoch: one folder per task, model to begin with, and side. */
export const splitFolder = (
  home: Home,
  document: TaskDocument,
  base: Weights | undefined,
  role: "server" | "client",
): string => join(home.dir, "split", `${document.name}-${agreedHash(document, base).slice(2, 10)}-${role}`);
