/**
 * Gives a Helia node a libp2p node that exists already and that someone else starts and stops.
 * Helia's parts (bitswap among them) only read `helia.libp2p`; everything else the package of this name does
 * (default transports, public bootstrap peers, a DHT) is what a permissioned network must not have.
 */
export function withLibp2pLight(helia, libp2p) {
  Object.defineProperty(helia, "libp2p", { configurable: true, enumerable: true, value: libp2p });
  return helia;
}

/** `createHelia()` calls this; it would connect to the public network, so it stops instead. */
export function withLibp2p() {
  throw new Error("createHelia() is not available here: use createHeliaLight() and withLibp2pLight()");
}
