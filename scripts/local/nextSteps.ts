import { isAbsolute, join, relative } from "node:path";

/** Where the commands below expect the chain, unless they are told otherwise. */
const RPC = "http://127.0.0.1:8545";
export const USUAL_DIR = ".swarm/start";

/** A path as it is typed in `folder`: relative to it where that is inside. */
function typed(path: string, folder: string): string {
  const way = relative(folder, path);
  return way === "" || way.startsWith("..") || isAbsolute(way) ? path : way;
}

/** What a finished run is good for, with commands as they are typed in `folder`. */
export function nextSteps(dir: string, folder: string): string {
  const run = typed(dir, folder);
  return `All that ran is kept in ${run}. To look at it, wake its chain up, which stays, and in a second terminal open its dashboard:
  npx swarm chain start --dir ${join(run, "chain")}
  npx swarm dashboard --home ${join(run, "clinic-1")} --rpc ${RPC}
docs/GUIDE-LAPTOP.md goes on from there: models, predictions, an audit with a report, and what happens when somebody cheats.`;
}

/** What a run that was stopped comes to. */
export function stoppedWords(dir: string, folder: string): string {
  const run = typed(dir, folder);
  const options = run === USUAL_DIR ? [] : ["--dir", run];
  const command = (...more: string[]): string => ["npm start", ...(more.length > 0 ? ["--", ...more] : [])].join(" ");
  return `stopped; "${command(...options)}" goes on where it was, "${command(...options, "--fresh")}" starts over`;
}
