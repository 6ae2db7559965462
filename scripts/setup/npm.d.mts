export declare function npm(node: string, ...args: string[]): Promise<number>;
