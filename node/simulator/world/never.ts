/**
 * What the dead and the silent wait for: a promise of its own each time, since one that all share would keep every one of them, and the world
 * that each knows, in memory.
 */
export const never = (): Promise<never> => new Promise<never>(() => undefined);
