import type { Helia } from "@helia/interface";
import type { Libp2p, ServiceMap } from "@libp2p/interface";

/** The name under which Helia's parts know a node that has libp2p. */
export type HeliaWithLibp2p<M extends ServiceMap = ServiceMap> = Helia & { libp2p: Libp2p<M> };

/** Attaches a running libp2p node to a Helia node; the caller keeps ownership of both. */
export declare function withLibp2pLight<M extends ServiceMap = ServiceMap>(
  helia: Helia,
  libp2p: Libp2p<M>,
): HeliaWithLibp2p<M>;
export declare function withLibp2p(): never;

/** Named by Helia's own declarations only. */
export type CreateLibp2pOptions<M extends ServiceMap = ServiceMap> = M;
export type DefaultLibp2pServices = ServiceMap;
