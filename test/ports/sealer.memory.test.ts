import { createMemorySealer } from "../../node/adapters/memory/sealer.ts";
import { testSealer } from "./sealer.suite.ts";
import { bytes32Of } from "./support.ts";

let keys = 0;
testSealer("in memory", () => {
  keys += 1;
  return createMemorySealer(bytes32Of(keys));
});
