/** Unpredictable bytes: salts and noise. The simulator replaces it by one seeded source. */
export interface Random {
  bytes(length: number): Uint8Array;
}
