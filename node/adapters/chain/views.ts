import type { Address } from "../../core/primitives.ts";
import { registryAbi } from "./abi/artifacts.ts";
import type { Deployment } from "./deployment.ts";
import type { Endpoint } from "./rpc/endpoint.ts";
import { requireHeader } from "./rpc/header.ts";

/** Unix seconds of the endpoint's latest block: the time deadlines of new registrations count from. */
export async function latestTimestamp(endpoint: Endpoint, signal: AbortSignal): Promise<number> {
  const block = await endpoint.request("eth_getBlockByNumber", ["latest", false], signal);
  return requireHeader(block, "the latest block").timestamp;
}

/** The nonce that the account's next registration has to name. */
export async function registrationNonce(
  endpoint: Endpoint,
  deployment: Deployment,
  account: Address,
  signal: AbortSignal,
): Promise<number> {
  const data = registryAbi().encodeFunctionData("nonces", [account]);
  const result = await endpoint.request("eth_call", [{ to: deployment.registry, data }, "latest"], signal);
  const [nonce] = registryAbi().decodeFunctionResult("nonces", String(result));
  return Number(nonce);
}
