import type { PublicIdentity } from "../../adapters/keys/publicIdentity.ts";
import { licenseOf, type RegistryView } from "../../core/ledger/view/registry.ts";
import { list, utc } from "../output/units.ts";
import { licenseState, licenseWords } from "../words/licenses.ts";
import { type Finding, good, lacking, missing, withFix } from "./check.ts";

/** A licence that ends within this time should be renewed now, seconds. */
const SOON = 14 * 86_400;

/** What the ledger has of this node's licence. @param now unix seconds of the chain */
export function checkLicense(registry: RegistryView, account: PublicIdentity["account"], now: number): Finding {
  const name = "licence";
  const state = licenseState(registry, account, now);
  const { role, expiresAt } = licenseOf(registry, account);
  const ask = `ask the licensing authority; its licensors type "swarm license grant ${account}"`;
  if (state === "none") return withFix(missing(name, `${account} has none`, { state }), ask);
  const words = licenseWords(registry, account, now);
  if (state !== "active") {
    const fix =
      state === "suspended"
        ? `ask the licensing authority; its council types "swarm license unsuspend ${account}"`
        : ask;
    return withFix(missing(name, `that of ${account} is ${words}`, { state, expiresAt }), fix);
  }
  if (role === "auditor") return good(name, `${account} is an auditor`, { state, role });
  const until = `of ${account}, until ${utc(expiresAt)}`;
  if (expiresAt - now > SOON) return good(name, until, { state, expiresAt });
  return withFix(lacking(name, `${until}: it ends soon`, { state, expiresAt }), ask);
}

/** Whether what others read of this node in the ledger is what it has: keys, and the addresses at which they look for it. */
export function checkRegistration(
  registry: RegistryView,
  { account, peerId, encryptionKey }: Pick<PublicIdentity, "account" | "peerId" | "encryptionKey">,
  addresses: readonly string[],
  home: string,
): Finding {
  const name = "registration";
  const found = registry.registrations.get(account);
  const fix = `swarm node register --home ${home}`;
  if (!found) return withFix(missing(name, `${account} has not registered its keys and addresses`), fix);
  const isElsewhere = found.addresses.join(" ") !== addresses.join(" ");
  const differs = [
    ...(found.peerId === peerId ? [] : ["peer id"]),
    ...(found.encryptionKey === encryptionKey ? [] : ["encryption key"]),
    ...(isElsewhere ? ["addresses"] : []),
  ];
  const data = { version: found.version, differs, registered: found.addresses, here: addresses };
  if (differs.length === 0) return good(name, `version ${found.version}, as keys and node.yaml here`, data);
  const others = differs.map((what) => (what === "addresses" ? "other addresses" : `another ${what}`));
  const places = isElsewhere ? `: ${placesOf(found.addresses)} there, ${placesOf(addresses)} here` : "";
  return withFix(missing(name, `the ledger has ${list(others)} than this node${places}`, data), fix);
}

const placesOf = (addresses: readonly string[]): string => (addresses.length === 0 ? "none" : addresses.join(" and "));
