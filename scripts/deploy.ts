/** `swarm deploy` as a script: puts both contracts on a chain and writes the deployment file. Arguments are the command's. */
process.argv.splice(2, 0, "deploy");
await import("../node/cli/index.ts");
