import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers, hardhatNodeTestRunner, hardhatTypechain],
  solidity: {
    version: "0.8.37",
    // The compiler comes with the install: nothing is downloaded.
    path: require.resolve("solc/soljson.js"),
    settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, viaIR: true },
  },
  paths: { sources: "contracts", tests: { solidity: "test/contracts", nodejs: "test/contracts" } },
  typechain: { outDir: "types", tsNocheck: true },
});
