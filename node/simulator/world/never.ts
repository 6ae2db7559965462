/** What the dead and the silent wait for. */
export const never = new Promise<never>(() => undefined);
