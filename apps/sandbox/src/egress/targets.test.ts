import { describe, expect, it } from "vitest"
import { isPlainTarget } from "./gateway-proxy.ts"
import { RefusalLog } from "./RefusalLog.ts"
import { parseAuthority, refusalOf } from "./registry-proxy.ts"

describe("targets", () => {
  it.each([
    "/",
    "/o/r.git/info/refs?service=git-upload-pack",
    "/v1/messages",
    "/@scope%2fname",
    "/a/",
    "/a?next=//x/../y",
    "/.well-known",
    "/a..b",
  ])("forwards %s", (target) => expect(isPlainTarget(target)).toBe(true))
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
  ])("refuses %j", (target) => expect(isPlainTarget(target)).toBe(false))

  it.each([
    ["registry.example", 443, null],
    ["registry.example", 80, "port is not listed"],
    ["mirror.example", 8443, null],
    ["mirror.example", 443, "port is not listed"],
    ["evil-registry.example", 443, "host is not listed"],
    ["registry.example.evil", 443, "host is not listed"],
    ["10.0.0.1", 443, "IP address"],
    ["2130706433", 443, "IP address"],
    ["0x7f000001", 443, "IP address"],
    ["::1", 443, "IP address"],
    ["10.0.0.9", 4873, null],
  ])("decides %s:%d", (host, port, expected) => {
    expect(refusalOf(["Registry.example", "mirror.example:8443", "10.0.0.9:4873"], { host, port })).toBe(expected)
  })

  it("reads the authority of CONNECT", () => {
    expect(parseAuthority("Registry.Example.:443")).toEqual({ host: "registry.example", port: 443 })
    expect(parseAuthority("[::1]:443")).toEqual({ host: "::1", port: 443 })
    for (const bad of ["", "host", "host:", "user@host:443", "host:443/x", "ho st:443", ":443"]) expect(parseAuthority(bad)).toBe(null)
  })

  it("counts refusals, bounds them, and prints nothing that a terminal would obey", () => {
    const log = new RefusalLog()
    expect(log.record("registry", "a\u001b[31m", 443, "x")).toBe("blocked host: a?[31m:443; allow with LOOM_ALLOWED_HOSTS")
    for (let i = 0; i < 500; i++) log.record("registry", `host-${i}`, 443, "x")
    log.record("registry", "host-499", 443, "x")
    expect(log.all).toHaveLength(200)
    expect(log.all.at(-1)).toMatchObject({ host: "host-499", count: 2 })
  })
})
