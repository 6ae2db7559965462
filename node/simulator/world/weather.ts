/** What is wrong at present, node by node. Faults of one kind may overlap: each is ended by what its beginning returned. */
export class Weather {
  readonly #going = new Map<string, Map<number, number[]>>();
  readonly #partitions = new Set<readonly number[]>();
  readonly #cut: string[] = [];
  /** Chains stand still, or are away, while this is above 0. */
  halted = 0;
  chainAway = 0;

  /** @param value how bad it is, where that matters @returns ends it */
  begin(kind: Trouble, node: number, value = 1): () => void {
    const nodes = this.#going.get(kind) ?? new Map<number, number[]>();
    this.#going.set(kind, nodes);
    const values = nodes.get(node) ?? [];
    nodes.set(node, values);
    values.push(value);
    return () => void values.splice(values.indexOf(value), 1);
  }

  /** The worst of this kind at a node now; 0 where there is none. */
  worst(kind: Trouble, node: number): number {
    return Math.max(0, ...(this.#going.get(kind)?.get(node) ?? []));
  }

  /** @param groups the group of each node */
  partition(groups: readonly number[]): () => void {
    this.#partitions.add(groups);
    return () => void this.#partitions.delete(groups);
  }

  cut(a: number, b: number): () => void {
    const line = lineOf(a, b);
    this.#cut.push(line);
    return () => void this.#cut.splice(this.#cut.indexOf(line), 1);
  }

  isCut(a: number, b: number): boolean {
    for (const groups of this.#partitions) if (groups[a] !== groups[b]) return true;
    return this.#cut.length > 0 && this.#cut.includes(lineOf(a, b));
  }
}

/** Kinds of trouble that a node can have. */
export type Trouble = "slow line" | "hang" | "no endpoint" | "slow endpoint" | "lost answers" | "full disk";

const lineOf = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
