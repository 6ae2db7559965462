import { decodeUpdate } from "../../../node/core/codec.ts";
import type { UpdateHeader } from "../../../node/core/weights.ts";
import type { PeerComponents } from "../../../node/daemon/components.ts";
import type { Clinic, Overrides } from "./clinic.ts";

/** Makes another file of an honest update; its hash is what the author submits. */
export type Forge = (honest: Uint8Array, header: UpdateHeader) => Uint8Array | Promise<Uint8Array>;

/** An author that publishes forged files, and attests that it holds them whatever its own check says. */
export const forging =
  (clinic: Clinic, forge: Forge, rest: (usual: PeerComponents) => Partial<PeerComponents> = () => ({})): Overrides =>
  (usual) => ({
    disk: {
      ...usual.disk,
      async write(kind, bytes) {
        const header = kind === "update" ? headerOf(bytes) : undefined;
        return usual.disk.write(kind, header?.node === clinic.account ? await forge(bytes, header) : bytes);
      },
    },
    ledger: lyingAttester(usual),
    ...rest(usual),
  });

/** Says "held" wherever it would say "refused". */
export function lyingAttester({ ledger }: PeerComponents): PeerComponents["ledger"] {
  return {
    ...ledger,
    send: (act, options) =>
      ledger.send(act.type === "attest" ? { ...act, held: act.held | act.refused, refused: 0n } : act, options),
  };
}

export function headerOf(bytes: Uint8Array): UpdateHeader | undefined {
  try {
    return decodeUpdate(bytes).header;
  } catch {
    return undefined;
  }
}

/** The same file with every `from` in its text header replaced by `to`, which must be as long. */
export function retouched(file: Uint8Array, from: string, to: string): Uint8Array {
  if (from.length !== to.length) throw new RangeError("a replacement as long as the original is needed");
  const text = Buffer.from(file).toString("latin1");
  if (!text.includes(from)) throw new RangeError(`the file has no "${from}"`);
  return Buffer.from(text.replaceAll(from, to), "latin1");
}

/** The same file with its first values replaced. */
export function withValues(file: Uint8Array, ...values: number[]): Uint8Array {
  const copy = Buffer.from(file);
  const start = 8 + Number(copy.readBigUInt64LE(0));
  values.forEach((value, i) => copy.writeFloatLE(value, start + 4 * i));
  return copy;
}
