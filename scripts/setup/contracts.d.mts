export declare const CONTRACTS: readonly string[];
export declare const builtDir: string;
export declare function sourceHash(): string;
export declare function areContractsBuilt(): boolean;
export declare const typesStamp: string;
export declare function areTypesBuilt(): boolean;
