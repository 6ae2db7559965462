/** Files that a side keeps at the end of an epoch, so that it goes on from there after a restart. */
export interface EpochStore {
  /** Keeps all files of an epoch, whole or not at all, in the place of what was kept of it before. On disk when the promise resolves. */
  keep(epoch: number, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Undefined where it is not there. */
  read(epoch: number, name: string): Promise<Uint8Array | undefined>;
  /** The last epoch that was kept; 0 where none was. */
  latest(): Promise<number>;
  /** Removes files of an epoch. */
  remove(epoch: number, names: readonly string[]): Promise<void>;
  /** Names of an epoch's files. */
  names(epoch: number): Promise<string[]>;
  /** Where a file lies, for people. */
  path(epoch: number, name: string): string;
}
