import type { NodeFile } from "../adapters/taskfile/nodeFile.ts";
import type { Address } from "../core/primitives.ts";
import type { NameOf } from "../core/round/waiting/words.ts";
import { short } from "../core/units.ts";

/** An operator's address book: the chain knows accounts only. */
export type Names = ReadonlyMap<Address, string>;

export const namesOf = (settings: NodeFile | undefined): Names =>
  new Map(Object.entries(settings?.names ?? {}).map(([account, name]) => [account.toLowerCase() as Address, name]));

/** Its name where it has one, else the account cut short. */
export const nameIn =
  (names: Names): NameOf =>
  (account) =>
    names.get(account) ?? short(account);
