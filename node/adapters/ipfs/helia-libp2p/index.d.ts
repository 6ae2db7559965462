import type { Libp2p } from "@libp2p/interface";

/** Attaches a running libp2p node to a Helia node; the caller keeps ownership of both. */
export declare function withLibp2pLight<H extends object, L extends Libp2p>(helia: H, libp2p: L): H & { libp2p: L };
export declare function withLibp2p(): never;
