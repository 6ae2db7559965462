import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Ask, Question } from "../adapters/terminal/ask.ts";
import { multiaddr } from "./parse.ts";
import { DEFAULT_NETWORK } from "./network.ts";

/** What `swarm init` knows from the command line and the environment; what is missing is asked. */
export interface InitOptions {
  home?: string;
  data?: string;
  network?: string;
  rpc?: string;
  listen?: string[];
  announce?: string[];
  trainer?: string;
}

/** The usual folder of a node, where nobody names one. */
export const DEFAULT_HOME = "node";

/** Answers that leave a setting to its default. */
export const usualAnswers = (options: InitOptions): InitOptions => ({ ...options, home: options.home ?? DEFAULT_HOME });

/** Asks for what was not given, in the order in which a clinic thinks of it. @throws what `ask` throws */
export async function askAnswers(ask: Ask, options: InitOptions): Promise<InitOptions> {
  const answers = { ...options };
  answers.home ??= await ask({
    message: "Folder for the node's keys and settings",
    default: DEFAULT_HOME,
    problem: (dir) =>
      existsSync(join(resolve(dir), "node.yaml")) ? `${dir} is a node's folder already: name a new one` : undefined,
  });
  await askFor(answers, "data", ask, {
    message: "The clinic's rows, a file or folder (empty: set later)",
    problem: (path) => missing(path),
  });
  await askFor(answers, "network", ask, {
    message: "The network's deployment file (empty: set later)",
    ...(existsSync(DEFAULT_NETWORK) ? { default: DEFAULT_NETWORK } : {}),
    problem: (path) => missing(path),
  });
  if (answers.listen === undefined) {
    const message = "Address to listen on, such as /ip4/0.0.0.0/tcp/4001 (empty: this machine only)";
    const address = await ask({ message, problem: addressProblem });
    if (address !== "") answers.listen = [address];
  }
  if (
    answers.announce === undefined &&
    answers.listen?.some((address) => /^\/(ip4\/0\.0\.0\.0|ip6\/::)\//.test(address))
  ) {
    const message = "Address at which others reach the node, as /dns4/node.clinic.example/tcp/4001";
    const problem = (text: string): string | undefined => (text === "" ? "others need one" : addressProblem(text));
    answers.announce = [await ask({ message, problem })];
  }
  return answers;
}

async function askFor(answers: InitOptions, field: "data" | "network", ask: Ask, question: Question): Promise<void> {
  if (answers[field] !== undefined) return;
  const answer = await ask(question);
  if (answer !== "") answers[field] = answer;
}

const missing = (path: string): string | undefined =>
  path === "" || existsSync(path) ? undefined : `there is nothing at ${resolve(path)}`;

function addressProblem(text: string): string | undefined {
  try {
    if (text !== "") multiaddr(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
