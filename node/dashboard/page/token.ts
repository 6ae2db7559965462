/** Where this tab keeps the token: other ports of this host, other tabs and the server's log never see it. */
const KEY = "swarm-dashboard-token";

/** The token of the address that the program printed, taken out of the address bar and the history; or the one that this tab has already. */
export function takeToken(): string | undefined {
  const found = /^#token=([\w-]{16,})$/.exec(location.hash)?.[1];
  if (found !== undefined) {
    sessionStorage.setItem(KEY, found);
    history.replaceState(null, "", location.pathname);
  }
  return found ?? sessionStorage.getItem(KEY) ?? undefined;
}

/** A new address in the same tab changes only what is behind the `#`, which loads nothing by itself. */
export const reloadForNewToken = (): void =>
  addEventListener("hashchange", () => {
    if (!location.hash.startsWith("#token=")) return;
    takeToken();
    location.reload();
  });

export const forgetToken = (): void => sessionStorage.removeItem(KEY);
