import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpoint } from "../../node/adapters/chain/rpc/endpoint.ts";
import { hasCredentials, unreachable } from "../../node/adapters/chain/rpc/jsonRpc.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { createClock } from "../../node/adapters/system/clock.ts";
import { silentLogger } from "./support/quiet.ts";

const components = { clock: createClock(), logger: silentLogger };

test("user and password in a WebSocket's URL, which would be dropped, are refused without being repeated", () => {
  for (const url of ["ws://ann:s3cret@127.0.0.1:9", "wss://ann@chain.example"]) {
    assert.throws(
      () => createEndpoint(url, components),
      (error) =>
        error instanceof SwarmError &&
        error.code === "CHAIN_URL" &&
        /https? URL/.test(error.message) &&
        !/ann|s3cret/.test(error.message),
    );
  }
});

test("what is no URL of an endpoint is refused without its secrets", () => {
  assert.throws(
    () => createEndpoint("ftp://ann:s3cret@chain.example", components),
    (error) => error instanceof SwarmError && error.code === "CHAIN_URL" && !error.message.includes("s3cret"),
  );
});

test("a host and port without http:// is repeated, with what is meant; anything that may hide a secret is not", () => {
  const said = (url: string): string => {
    try {
      createEndpoint(url, components);
    } catch (error) {
      return (error as SwarmError).message;
    }
    throw new Error(`${url} was taken`);
  };
  for (const url of ["127.0.0.1:8545", "localhost:8545", "chain.example", "[::1]:8545"])
    assert.ok(said(url).startsWith(`"${url}" is no URL`) && said(url).endsWith(`Perhaps http://${url} is meant.`), url);
  for (const url of ["ann:s3cret@chain.example", "chain.example/s3cret", "chain.example?key=s3cret", ""])
    assert.match(said(url), /^What was given is no URL(?!.*s3cret)/, url);
});

test("an endpoint of this machine that does not answer may be a local chain that is not started", () => {
  for (const host of ["127.0.0.1:1", "localhost:1", "[::1]:1"])
    assert.match(unreachable(`http://${host}`, "refused").message, /swarm chain start/);
  assert.doesNotMatch(unreachable("https://chain.example", "refused").message, /chain start/);
});

test("a URL with user, password or query may give access to whoever reads it", () => {
  const urls = ["http://a@h", "https://a:b@h/x", "https://h/?key=1", "http://127.0.0.1:8545", "https://h/rpc"];
  assert.deepEqual(urls.map(hasCredentials), [true, true, true, false, false]);
});
