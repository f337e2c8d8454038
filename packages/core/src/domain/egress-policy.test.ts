import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  blockedHost,
  gatewayOf,
  isPlainTarget,
  judgeAddress,
  judgeOutbound,
  judgeOutboundOfAny,
  judgeTarget,
  mayForward,
  parseAuthority,
  parseHost,
} from "./egress-policy.ts"
import type { EgressRule, SandboxEgress } from "./SandboxProtocol.ts"

const rules: ReadonlyArray<EgressRule> = [
  { host: "Registry.example", by: "operator" },
  { host: "mirror.example:8443", by: "operator" },
  { host: "10.0.0.9:4873", by: "operator" },
  { host: "169.254.169.254", by: "operator" },
  { host: "xn--bcher-kva.example", by: "repository" },
  { host: "10.0.0.8:443", by: "repository" },
  { host: "both.example", by: "repository" },
  { host: "both.example", by: "operator" },
]
const reason = (authority: string, list = rules) => {
  const target = parseAuthority(authority, 443)
  if (target.host === null) return target.problem
  const judged = judgeTarget(list, target)
  return "refused" in judged ? judged.refused : null
}

describe("hosts", () => {
  it.each([
    ["Registry.Example.", "registry.example"],
    ["a-b.c", "a-b.c"],
    ["localhost", "localhost"],
    ["[::1]", "::1"],
    ["10.0.0.1", "10.0.0.1"],
    ["10.0.0.1.", "10.0.0.1"],
    ["1e100.net", "1e100.net"],
  ])("%s is %s", (raw, host) => assert.strictEqual(parseHost(raw).host, host))
  it.each([
    ["2130706433", "IP address in disguise"],
    ["0x7f000001", "IP address in disguise"],
    ["0x7f.1", "IP address in disguise"],
    ["017700000001", "IP address in disguise"],
    ["0177.0.0.1", "IP address in disguise"],
    ["127.1", "IP address in disguise"],
    ["127.0.0.0x1", "IP address in disguise"],
    ["registry.example.0x", "IP address in disguise"],
    ["user@registry.example", "user information in front of the host"],
    ["registry.example@evil.example", "user information in front of the host"],
    ["bücher.example", "not a host name"],
    ["ⓔvil.example", "not a host name"],
    ["registry。example", "not a host name"],
    ["registry%2eexample", "not a host name"],
    ["registry.example..", "not a host name"],
    ["-a.example", "not a host name"],
    ["a b", "not a host name"],
    ["a\u0000b", "not a host name"],
    ["[::1", "not a host name"],
    ["[fe80::1%eth0]", "not a host name"],
    ["", "not a host name"],
    ["*.example", "not a host name"],
  ] as const)("%j: %s", (raw, problem) => assert.deepStrictEqual(parseHost(raw), { host: null, problem }))

  it("has one spelling only", () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aAxX0179.-:[]@%/é") }), (raw) => {
        const { host } = parseHost(raw)
        if (host !== null) assert.strictEqual(parseHost(host.includes(":") ? `[${host}]` : host).host, host)
      }),
    ))

  it("reads host:port and nothing else", () => {
    assert.deepStrictEqual(parseAuthority("Registry.Example.:443", null), { host: "registry.example", port: 443 })
    assert.deepStrictEqual(parseAuthority("[::1]:443", null), { host: "::1", port: 443 })
    for (const bad of ["", "host", "host:", "user@host:443", "host:443/x", "ho st:443", ":443", "host:0", "host:70000", "host:443:443"])
      assert.isNull(parseAuthority(bad, null).host, bad)
  })
})

describe("what may be reached", () => {
  it.each([
    ["registry.example", null],
    ["REGISTRY.example.:443", null],
    ["registry.example:80", "port is not listed"],
    ["registry.example:22", "port is not listed"],
    ["mirror.example:8443", null],
    ["mirror.example", "port is not listed"],
    ["evil-registry.example", "host is not listed"],
    ["registry.example.evil", "host is not listed"],
    ["a.registry.example", "host is not listed"],
    ["xn--bcher-kva.example", null],
    ["10.0.0.1", "IP address"],
    ["::1", "not host:port"],
    ["[::1]", "IP address"],
    ["10.0.0.9:4873", null],
    // An address without its port, and an address by the repository's word, are nothing.
    ["169.254.169.254", "IP address"],
    ["10.0.0.8", "IP address"],
  ])("%s: %s", (authority, expected) => assert.strictEqual(reason(authority), expected))

  const through = (host: string, address: string) => {
    const judged = judgeTarget(rules.concat({ host: "here.example:9999", by: "operator" }), parseAuthority(host, 443) as never)
    return "refused" in judged ? judged.refused : judgeAddress(judged.entry, address)
  }
  it.each([
    ["registry.example", "93.184.216.34", null],
    ["registry.example", "10.0.0.1", null],
    ["registry.example", "203.0.113.80", null],
    ["registry.example", "0.0.0.0", "the name points at a loopback address"],
    ["xn--bcher-kva.example", "203.0.113.80", "the name points at a reserved address"],
    ["registry.example", "127.0.0.1", "the name points at a loopback address"],
    ["registry.example", "169.254.169.254", "the name points at a metadata address"],
    ["registry.example", "::ffff:169.254.169.254", "the name points at a metadata address"],
    ["registry.example", "224.0.0.1", "the name points at a multicast address"],
    ["registry.example", "garbage", "the name points at a strange address"],
    ["here.example:9999", "127.0.0.1", null],
    ["here.example:9999", "169.254.169.254", "the name points at a metadata address"],
    ["10.0.0.9:4873", "10.0.0.9", null],
    ["xn--bcher-kva.example", "93.184.216.34", null],
    ["xn--bcher-kva.example", "192.168.1.1", "the name points at a private address"],
    ["xn--bcher-kva.example", "100.64.0.1", "the name points at a private address"],
    ["xn--bcher-kva.example", "fd00::1", "the name points at a private address"],
    ["both.example", "10.0.0.1", null],
  ])("%s at %s: %s", (host, address, expected) => assert.strictEqual(through(host, address), expected))
})

describe("paths and headers", () => {
  it.each([
    "/",
    "/o/r.git/info/refs?service=git-upload-pack",
    "/v1/messages",
    "/@scope%2fname",
    "/a/",
    "/a?next=//x/../y",
    "/.well-known",
    "/a..b",
  ])("forwards %s", (target) => assert.isTrue(isPlainTarget(target)))
  it.each([
    "",
    "*",
    "a",
    "http://x/",
    "//x",
    "/a//b",
    "/../x",
    "/a/..",
    "/./x",
    "/%2e%2e/x",
    "/.%2E/x",
    "/a%2f..%2fb",
    "/a\\..\\b",
    "/a%5c..%5cb",
    "/a b",
    "/a#b",
    "/é",
  ])("refuses %j", (target) => assert.isFalse(isPlainTarget(target)))
  it("keeps credentials and origins from the gateways", () => {
    for (const name of ["Authorization", "cookie", "X-Forwarded-Host", "cf-connecting-ip", "x-loom-instance", "Host", "TE"])
      assert.isFalse(mayForward(name), name)
    for (const name of ["accept", "content-type", "git-protocol"]) assert.isTrue(mayForward(name), name)
  })
})

describe("a request that left a container", () => {
  const git = { host: "git.loom.internal", upstream: "https://loom.example/gateways/git", headers: { authorization: "Bearer c" } }
  const egress: SandboxEgress = {
    gateways: [git],
    registries: ["registry.example"],
    setup: [{ host: "cdn.example", by: "repository" }],
    tests: [{ host: "api.example", by: "repository" }],
  }
  const to = (url: string, exec: Parameters<typeof judgeOutbound>[1]) => {
    const judged = judgeOutbound(egress, exec, url)
    return judged.to === "nowhere" ? judged.reason : judged.to === "gateway" ? judged.path : `${judged.target.host}:${judged.target.port}`
  }
  it.each([
    ["http://git.loom.internal/o/r.git/info/refs?service=x", { gateways: true }, "/o/r.git/info/refs?service=x"],
    ["http://git.loom.internal/a/../b", { gateways: true }, "ambiguous path"],
    ["http://git.loom.internal/", {}, "host is not listed"],
    ["https://git.loom.internal/", { gateways: true }, "host is not listed"],
    ["https://registry.example/pkg", { network: "registries" }, "registry.example:443"],
    ["https://cdn.example/pkg", { network: "registries" }, "cdn.example:443"],
    ["http://registry.example/pkg", { network: "registries" }, "port is not listed"],
    ["https://api.example/", { network: "registries" }, "host is not listed"],
    // The two permissions hold nothing of each other.
    ["https://registry.example/pkg", { network: "tests" }, "host is not listed"],
    ["https://api.example/", { network: "tests" }, "api.example:443"],
    ["https://api.example/", { network: "none" }, "host is not listed"],
    ["https://registry.example/pkg", { gateways: true }, "host is not listed"],
    ["https://registry.example@evil.example/", { network: "registries" }, "user information in front of the host"],
    ["https://169.254.169.254/latest", { network: "registries" }, "IP address"],
    ["https://0xa9fea9fe/latest", { network: "registries" }, "IP address in disguise"],
    ["ftp://registry.example/", { network: "registries" }, "not host:port"],
  ] as const)("%s with %j: %s", (url, exec, expected) => assert.strictEqual(to(url, exec), expected))

  it("execs that run at once are judged together: what one of them may reach, may be reached", () => {
    const both = [{ network: "registries" }, { network: "tests" }] as const
    for (const url of ["https://cdn.example/pkg", "https://api.example/"])
      assert.strictEqual(judgeOutboundOfAny(egress, both, url).to, "host")
    // The latest of them is told why; without any, nothing is reached.
    assert.deepInclude(judgeOutboundOfAny(egress, both, "https://evil.example/"), { to: "nowhere", phase: "tests", via: "registry" })
    assert.deepInclude(judgeOutboundOfAny(egress, [], "http://git.loom.internal/"), { to: "nowhere", via: "gateway" })
  })
})

describe("words", () => {
  it("a gateway is found by its name alone", () => {
    const gateways = [{ host: "git.loom.internal", upstream: "http://x", headers: {} }]
    for (const name of ["git.loom.internal", "GIT.loom.internal:80", "git.loom.internal."])
      assert.isNotNull(gatewayOf(gateways, name), name)
    for (const name of ["git.loom.internal:443", "git.loom.internal.evil", "x@git.loom.internal", ""])
      assert.isNull(gatewayOf(gateways, name), name)
  })
  it("names the setting that would let the host through", () => {
    const setup = blockedHost("setup", "cdn.example", "host is not listed")
    assert.match(setup, /^blocked host: cdn\.example \(host is not listed\); allow with /)
    assert.include(setup, "LOOM_ALLOWED_HOSTS")
    assert.include(setup, "`network: { setup: [cdn.example] }` in .github/loom.yml")
    const tests = blockedHost("tests", "cdn.example", "host is not listed")
    assert.include(tests, "`network: { tests: [cdn.example] }` in .github/loom.yml")
    assert.include(tests, "LOOM_TEST_HOSTS")
    assert.notInclude(tests, "LOOM_ALLOWED_HOSTS")
  })
})
