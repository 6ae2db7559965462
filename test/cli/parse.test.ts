import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "commander";
import { address, moment, multiaddr, whole } from "../../node/cli/parse.ts";

const refused = (read: (text: string) => unknown, text: string) =>
  assert.throws(() => read(text), InvalidArgumentError, JSON.stringify(text));

test("an account is taken in any capitals and kept in small letters", () => {
  assert.equal(address("0xABCDEF0123456789abcdef0123456789ABCDEF01"), "0xabcdef0123456789abcdef0123456789abcdef01");
  for (const text of [
    "",
    "0x",
    "abcdef0123456789abcdef0123456789abcdef01",
    "0xabcdef0123456789abcdef0123456789abcdef0",
    "0xabcdef0123456789abcdef0123456789abcdef012",
    "0xgbcdef0123456789abcdef0123456789abcdef01",
  ]) {
    refused(address, text);
  }
});

test("whole numbers have a range and no other notation", () => {
  assert.equal(whole(1, 10)("10"), 10);
  for (const text of ["0", "11", "-1", "1.5", "1e1", "0x5", " 5", "", "99999999999999999999"])
    refused(whole(1, 10), text);
});

test("a day counts through its end in UTC, a moment is exact", () => {
  assert.equal(moment("2027-12-31"), Date.UTC(2028, 0, 1) / 1000);
  assert.equal(moment("2027-12-31T12:00:00Z"), Date.UTC(2027, 11, 31, 12) / 1000);
  assert.equal(moment("2027-12-31T12:00+02:00"), Date.UTC(2027, 11, 31, 10) / 1000);
  for (const text of [
    "tomorrow",
    "2027-13-01",
    "2027-02-30",
    "31.12.2027",
    "2027-12-31 12:00",
    "2027-12-31T12:00:00",
    "",
  ])
    refused(moment, text);
});

test("addresses are TCP multiaddrs that peers can dial", () => {
  for (const text of ["/ip4/127.0.0.1/tcp/4001", "/ip6/::1/tcp/1", "/dns4/node.clinic.example/tcp/65535"])
    assert.equal(multiaddr(text), text);
  for (const text of [
    "127.0.0.1:4001",
    "/ip4/127.0.0.1/udp/4001",
    "/ip4/127.0.0.1/tcp/65536",
    "/ip4/127.0.0.1/tcp/4001/ws",
    "/ip4//tcp/1",
    "",
  ])
    refused(multiaddr, text);
});
