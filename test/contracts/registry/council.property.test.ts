import { after, before, it } from "node:test";
import { type Build, builtRegistry, Chain } from "./chain.ts";
import { checkCouncil } from "./councilModel.ts";

let chain: Chain;
let build: Build;

before(async () => {
  chain = await Chain.open();
  build = await builtRegistry();
});
after(() => chain.close());

it("NodeRegistry: the council does what a dumb model of it does, whatever is proposed and approved in whatever order", async () => {
  await checkCouncil(chain, build, { numRuns: 40, seed: 20_26 });
});
