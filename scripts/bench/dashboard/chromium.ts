import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian's package puts it. */
const USUAL = "/usr/bin/chromium";

/** The browser that CHROMIUM names, or the usual one; undefined where there is none. */
export const chromiumPath = (): string | undefined => [process.env.CHROMIUM, USUAL].find((it) => it && existsSync(it));

/** What to say where a browser is needed and missing. */
export const NO_CHROMIUM = `there is no ${USUAL} (apt-get install chromium), and CHROMIUM names none`;

/** Chromium's own sandbox refuses to run as root; the page is this project's own. */
export const openChromium = (path: string): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    // The caller ends it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
