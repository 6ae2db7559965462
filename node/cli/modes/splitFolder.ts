import { join } from "node:path";
import { sha256 } from "../../core/hash.ts";
import { canonicalDocument, type TaskDocument } from "../../core/task/document.ts";
import type { Home } from "../home.ts";

/** Where a side keeps its part of a task's model, epoch by epoch: one folder per task and side. */
export const splitFolder = (home: Home, document: TaskDocument, role: "server" | "client"): string =>
  join(home.dir, "split", `${document.name}-${sha256(canonicalDocument(document)).slice(2, 10)}-${role}`);
