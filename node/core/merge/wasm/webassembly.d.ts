/** The part of the language's WebAssembly that the kernels need; TypeScript declares it for browsers only. */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what the language has
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(pages: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Record<string, unknown>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
