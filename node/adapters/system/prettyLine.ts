import { prettyFactory } from "pino-pretty";

/** Turns log records into text for people, with local times; in color where wanted. */
export const createPrettyLine = ({ colorize }: { colorize: boolean }): ((record: Record<string, unknown>) => string) =>
  prettyFactory({ colorize, translateTime: "SYS:yyyy-mm-dd HH:MM:ss", singleLine: true });
