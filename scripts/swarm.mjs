#!/usr/bin/env node
import { launch } from "./launch.mjs";

process.exitCode = await launch("node/cli/index.ts", process.argv.slice(2), { contracts: true });
