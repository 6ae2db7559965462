import { after, before, it } from "node:test";
import { type Build, builtRegistry, Chain } from "./chain.ts";
import { checkLicenses } from "./licenseModel.ts";

let chain: Chain;
let build: Build;

before(async () => {
  chain = await Chain.open();
  build = await builtRegistry();
});
after(() => chain.close());

it("NodeRegistry: licences, suspensions and keys are what a dumb model makes of everything done so far", async () => {
  await checkLicenses(chain, build, { numRuns: 20, seed: 20_26 });
});
