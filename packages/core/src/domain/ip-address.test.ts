import { isIP } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { classifyAddress, parseAddress } from "./ip-address.ts"

const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join("."))
const hex = (address: string) => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

describe("addresses", () => {
  it.each([
    ["93.184.216.34", "public"],
    ["2606:4700::6810:84e5", "public"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["0.0.0.0", "loopback"],
    ["::1", "loopback"],
    ["::", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.1", "public"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["100.127.255.255", "private"],
    ["100.128.0.1", "public"],
    ["fc00::1", "private"],
    ["fdff::1", "private"],
    ["169.254.1.1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["169.254.169.254", "metadata"],
    ["168.63.129.16", "metadata"],
    ["100.100.100.200", "metadata"],
    ["fd00:ec2::254", "metadata"],
    ["224.0.0.251", "multicast"],
    ["239.255.255.250", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["192.0.2.1", "reserved"],
    ["2001:db8::1", "reserved"],
    ["2001::1", "reserved"],
    ["4000::1", "reserved"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:a9fe:a9fe", "metadata"],
    ["::127.0.0.1", "loopback"],
    ["64:ff9b::10.0.0.1", "private"],
    ["64:ff9b::8.8.8.8", "public"],
    ["2002:7f00:1::", "loopback"],
    ["2002:a9fe:a9fe::1", "metadata"],
  ] as const)("%s is %s", (address, expected) => assert.strictEqual(classifyAddress(address), expected))

  it.each([
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "010.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    ":::",
    "1::2::3",
    "g::",
    "1:2:3:4:5:6:7",
  ])("%j is no address", (text) => assert.isNull(classifyAddress(text)))

  it("agrees with Node about what is an address", () =>
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(..."0123456789abcdef:.x%") })), (text) => {
        if (text.includes("%")) return
        assert.strictEqual(parseAddress(text)?.bits ?? 0, isIP(text) === 4 ? 32 : isIP(text) === 6 ? 128 : 0, text)
      }),
      { numRuns: 1000 },
    ))

  it("an IPv4 address is what it is, however IPv6 wraps it", () =>
    fc.assert(
      fc.property(v4, (address) => {
        const expected = classifyAddress(address)
        for (const wrapped of [`::ffff:${address}`, `::ffff:${hex(address)}`, `64:ff9b::${address}`, `2002:${hex(address)}::1`])
          assert.strictEqual(classifyAddress(wrapped), expected, wrapped)
      }),
    ))
})
