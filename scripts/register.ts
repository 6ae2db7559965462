/** `swarm node register` as a script: registers a licensed node's keys and addresses. Arguments are the command's. */
process.argv.splice(2, 0, "node", "register");
await import("../node/cli/index.ts");
