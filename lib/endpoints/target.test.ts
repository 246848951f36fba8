import { expect, it } from "vitest";
import { leadsToLinkLocal } from "#lib/endpoints/target.ts";

const named = (...addresses: string[]) => {
  return async () => addresses.map((address) => ({ address }));
};

it.each([
  ["a", ["169.254.169.254"]],
  ["b", ["10.0.0.5", "fe80::1%eth0"]],
  ["c", ["::ffff:169.254.169.254"]],
  ["d", ["fd00:ec2::254"]],
  ["e", ["100.100.100.200"]],
])("refuses a name that stands for a place of cloud secrets (%s: %j)", async (name, addresses) => {
  expect(await leadsToLinkLocal(`http://${name}.refused.example/v1`, named(...addresses))).toBe(true);
});

it.each([
  ["f", ["127.0.0.1", "::1"]],
  ["g", ["10.0.0.5"]],
  ["h", ["2606:4700::1111"]],
])("lets private and public servers be called (%s: %j)", async (name, addresses) => {
  expect(await leadsToLinkLocal(`http://${name}.allowed.example:8000/v1`, named(...addresses))).toBe(false);
});

it("leaves a name that can't be found to the call, and asks anew the next time", async () => {
  const lost = () => Promise.reject(new Error("ENOTFOUND"));
  expect(await leadsToLinkLocal("http://late.example/v1", lost)).toBe(false);
  expect(await leadsToLinkLocal("http://late.example/v1", named("169.254.1.1"))).toBe(true);
  // Known from now on, for a while.
  expect(await leadsToLinkLocal("http://late.example/v2", lost)).toBe(true);
});

it("knows an address that is written out without asking anybody", async () => {
  expect(await leadsToLinkLocal("http://[fe80::1]/v1", () => Promise.reject(new Error("asked")))).toBe(true);
});
