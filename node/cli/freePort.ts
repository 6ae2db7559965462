import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { SwarmError } from "../core/errors.ts";

/** Below the ports that operating systems give to outgoing connections (Linux from 32768, others from 49152), which would take it while the node is stopped. */
const FROM = 20_000;
const TO = 32_000;
const TRIES = 50;

/** A port of 127.0.0.1 on which nobody listens now. @throws SwarmError NETWORK_LISTEN */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = randomInt(FROM, TO);
    if (await isFree(port)) return port;
  }
  throw new SwarmError(
    "NETWORK_LISTEN",
    `no free port of 127.0.0.1 was found in ${TRIES} tries: name one with --listen`,
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch {
    // Somebody listens there, or this user may not: another one is tried.
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
