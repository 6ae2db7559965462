import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Store } from "./store.ts";

export const StoreContext = createContext<Store | undefined>(undefined);

/** The store; whoever calls it is drawn again whenever the store changed. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("there is a store above every part of the page");
  const [, draw] = useState(0);
  useEffect(() => store.subscribe(() => draw((count) => count + 1)), [store]);
  return store;
}
