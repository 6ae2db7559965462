import type { LayerRange } from "../../core/modes/splitLayers.ts";
import { federatedSettings } from "../../core/modes/federatedSettings.ts";
import { stepBytes } from "../../core/modes/splitBytes.ts";
import { sizeOf, splitPartsOf } from "../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { parametersOf } from "../modelFile.ts";
import { counted, duration } from "../output/units.ts";
import { mergeWords } from "./merge.ts";

/** What a federated task's numbers amount to, in sentences. */
export function federatedWords(document: TaskDocument): string[] {
  const { rounds, minClients, sample, roundSeconds } = federatedSettings(document);
  const { f } = document.round;
  const who =
    sample === undefined
      ? "all clients that are there"
      : "clients" in sample
        ? `${counted(sample.clients, "client")} of those that are there, drawn anew`
        : `${100 * sample.fraction} % of the clients that are there, drawn anew`;
  return [
    `In each of ${counted(rounds, "round")} the coordinator asks ${who}.`,
    `A round is merged with ${counted(minClients, "update")} or more, and waits ${duration(roundSeconds)} for them at the most.`,
    `The coordinator merges by ${mergeWords(document.merge)}, with f = ${f}: ${f === 0 ? "one client that lies can spoil the model" : `up to ${counted(f, "client")} may lie, which counts as far as that rule lets it`}. It is trusted itself.`,
    `It is run with "swarm federated serve" and "swarm federated join" (docs/FEDERATED.md); nobody joins it on the ledger, and members, votes and the lengths of other phases have no part in it.`,
  ];
}

/** What a split task amounts to: who holds what, what crosses, when an epoch begins. */
export function splitWords(document: TaskDocument): string[] {
  const parts = splitPartsOf(document);
  const { split, head, server, tail, cutShape, clientSpecs, serverSpecs } = parts;
  const { batchSize } = document.training;
  const { sent, received } = stepBytes(parts, batchSize);
  const isKept = split.labels === "kept";
  return [
    `Clients hold ${layers(head)}${isKept ? ` and, since labels are kept, ${layers(tail)}` : ""} (${counted(parametersOf(clientSpecs), "parameter")}), the server ${layers(server)} (${counted(parametersOf(serverSpecs), "parameter")}).`,
    `In each epoch, ${counted(sizeOf(cutShape), "value")} of each row cross at the cut as ${split.activations}, ${noiseWords(split.noise)}; labels ${isKept ? "do not cross" : "cross, too"}. A batch of ${counted(batchSize, "row")} is ${kB(sent)} there and ${kB(received)} back.`,
    `${split.clients === "inTurn" ? "Clients train one after another" : "Clients train all at once"}, for ${counted(split.epochs, "epoch")} at the most. An epoch begins, and counts, with ${counted(split.minClients, "client")} or more${document.split?.minClients === undefined ? " (round.minPeers, since split.minClients is left out)" : ""}.`,
    `Who waits for the other side waits ${duration(split.stepSeconds)}.`,
    `It is run with "swarm split serve" and "swarm split join" (docs/SPLIT.md), each with this file; a split task is not created on the ledger, and rounds, f and phases have no part in it.`,
  ];
}

const layers = ({ from, to }: LayerRange): string =>
  to - from === 1 ? `layer ${from}` : `layers ${from} to ${to - 1}`;
const noiseWords = (noise: number): string => (noise === 0 ? "without noise" : `with noise of ${noise} added`);
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
