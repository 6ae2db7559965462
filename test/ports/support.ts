import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { SwarmError } from "../../node/core/errors.ts";
import type { Address, Bytes32 } from "../../node/core/primitives.ts";
import type { Logger } from "../../node/ports/logger.ts";

export interface LogLine {
  level: string;
  message: string;
  context: Record<string, unknown>;
}

/** A logger that keeps its lines. */
export function createLogCollector(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: string) =>
    (message: string, context: Record<string, unknown> = {}) => {
      lines.push({ level, message, context });
    };
  const logger: Logger = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => logger,
  };
  return { logger, lines };
}

/** A folder that goes away with the test. */
export async function makeTempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarm-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function hashOf(bytes: Uint8Array): Bytes32 {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Bytes that differ from place to place and from seed to seed. */
export function patternBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2654435761;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export function accountOf(i: number): Address {
  return `0x${i.toString(16).padStart(40, "0")}`;
}

export function bytes32Of(i: number): Bytes32 {
  return `0x${i.toString(16).padStart(64, "0")}`;
}

/** For `assert.rejects`: a SwarmError of this code. */
export function hasCode(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SwarmError, `expected a SwarmError ${code}, got ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return true;
  };
}

/** Checks again on every turn of the event loop; for states that no event tells of. Ends with the signal. */
export async function until(
  condition: () => boolean,
  signal: AbortSignal = AbortSignal.timeout(10_000),
): Promise<void> {
  while (!condition()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The first lines of a stream, which flows on afterwards: a process whose output is closed would end on its own. */
export function firstLines(stream: Readable, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk: unknown) => {
      text += String(chunk);
      const lines = text.split("\n");
      if (lines.length > count) resolve(lines.slice(0, count));
    });
    stream.once("end", () => reject(new Error(`ended after ${text}`)));
  });
}
