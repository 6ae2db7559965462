/** What the doctor found out about one thing. */
export interface Finding {
  name: string;
  /** "missing" is what a node cannot run without; "lacking" what some use of it needs. */
  state: "good" | "lacking" | "missing";
  /** What is there, or what is wrong and what to do. */
  text: string;
  /** What to do about it, where the text does not say it. */
  fix?: string;
  /** Figures for programs. */
  data?: Record<string, unknown>;
}

export const good = (name: string, text: string, data?: Finding["data"]): Finding => finding(name, "good", text, data);
export const lacking = (name: string, text: string, data?: Finding["data"]): Finding =>
  finding(name, "lacking", text, data);
export const missing = (name: string, text: string, data?: Finding["data"]): Finding =>
  finding(name, "missing", text, data);

function finding(name: string, state: Finding["state"], text: string, data?: Finding["data"]): Finding {
  return { name, state, text, ...(data === undefined ? {} : { data }) };
}

export const withFix = (found: Finding, fix: string): Finding => ({ ...found, fix });
