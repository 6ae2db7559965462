import type { Metrics, MultiaddrConnection, Stream } from "@libp2p/interface";
import type { Traffic } from "../../ports/network.ts";
import { CHANNEL_PROTOCOL } from "./channelWire.ts";
import { FILE_PROTOCOL } from "./fileWire.ts";

/** What bitswap calls the bytes of blocks that it sends; what asks for blocks is not in it. */
const BLOCKS_COUNTER = "helia_bitswap_sent_data_bytes_total";

/** Other streams whose bytes are content; the rest keeps the network together. */
const isContent = (protocol: string): boolean => protocol === FILE_PROTOCOL || protocol === CHANNEL_PROTOCOL;

/** Where a connection's bytes pass: what the transport delivers, and what it is given to send. */
interface RawConnection {
  onData(data: { byteLength: number }): void;
  sendData(data: { byteLength: number }): { sentBytes: number; canSendMore: boolean };
}

const ignore = (): void => undefined;
const instrument = {
  update: ignore,
  increment: ignore,
  decrement: ignore,
  reset: ignore,
  observe: ignore,
  timer: () => ignore,
};
const register = (): typeof instrument => instrument;

/**
 * A libp2p metrics service that only counts the bytes of raw connections.
 * It wraps the connection's own methods: one more `message` listener could take bytes away in the gaps of a handshake,
 * when nobody else listens and they should be kept.
 */
export function createTraffic(): { traffic: Traffic; metrics: () => Metrics } {
  const traffic: Traffic = { sent: 0, received: 0, content: 0 };
  const metrics: Metrics = {
    trackMultiaddrConnection(connection: MultiaddrConnection) {
      const raw = connection as unknown as RawConnection;
      const { onData, sendData } = raw;
      raw.onData = (data) => {
        traffic.received += data.byteLength;
        onData.call(raw, data);
      };
      raw.sendData = (data) => {
        const result = sendData.call(raw, data);
        traffic.sent += result.sentBytes;
        return result;
      };
    },
    trackProtocolStream(stream: Stream) {
      if (!isContent(stream.protocol)) return;
      const { send } = stream;
      stream.send = (data) => {
        traffic.content += data.byteLength;
        return send.call(stream, data);
      };
    },
    registerMetric: register,
    registerMetricGroup: register,
    registerCounter: (name: string) => ({
      ...instrument,
      increment(bytes = 1) {
        if (name === BLOCKS_COUNTER) traffic.content += bytes;
      },
    }),
    registerCounterGroup: register,
    registerHistogram: register,
    registerHistogramGroup: register,
    registerSummary: register,
    registerSummaryGroup: register,
    traceFunction: (_name: string, traced: unknown) => traced as never,
    createTrace: ignore,
  };
  return { traffic, metrics: () => metrics };
}
