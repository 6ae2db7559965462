/** The short-lived process behind deriveKey: one JSON request on standard input, the derived bytes on standard output. */
import { scryptSync } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import type { DeriveRequest } from "./deriveKey.ts";

const { password, salt, length, N, r, p } = JSON.parse(readFileSync(0, "utf8")) as DeriveRequest;
// Twice the algorithm's own need, which Node's check counts a little higher than 128 * N * r.
const maxmem = 256 * N * r;
writeSync(1, scryptSync(Buffer.from(password, "base64"), Buffer.from(salt, "base64"), length, { N, r, p, maxmem }));
