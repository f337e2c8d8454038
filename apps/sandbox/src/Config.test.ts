import { describe, expect, it } from "vitest"
import { configFromEnv, parseTools } from "./Config.ts"

const token = "0123456789abcdef"

describe("configFromEnv", () => {
  it("has defaults for everything but the token", () => {
    expect(() => configFromEnv({})).toThrow(/openssl rand/)
    expect(() => configFromEnv({ LOOM_SANDBOX_TOKEN: "short" })).toThrow(/16 characters/)
    expect(configFromEnv({ LOOM_SANDBOX_TOKEN: token })).toMatchObject({
      host: "127.0.0.1",
      port: 8780,
      isolator: "bubblewrap",
      tools: [],
      limits: {},
    })
  })

  it("refuses what it does not understand", () => {
    expect(() => configFromEnv({ LOOM_SANDBOX_TOKEN: token, LOOM_SANDBOX_ISOLATOR: "none" })).toThrow(/neither/)
    expect(() => configFromEnv({ LOOM_SANDBOX_TOKEN: token, LOOM_SANDBOX_PORT: "80x" })).toThrow(/whole number/)
  })

  it("lets a container hold one session", () => {
    expect(
      configFromEnv({ LOOM_SANDBOX_TOKEN: token, LOOM_SANDBOX_ISOLATOR: "container", LOOM_SANDBOX_MAX_SESSIONS: "9" }).maxSessions,
    ).toBe(1)
  })

  it("reads tool directories, and mounts none over the system", () => {
    expect(parseTools("/a/node:/opt/loom/node,/b:/opt/b")).toEqual([
      { hostDir: "/a/node", sandboxDir: "/opt/loom/node" },
      { hostDir: "/b", sandboxDir: "/opt/b" },
    ])
    for (const bad of ["/a", "a:/opt/x", "/a:opt/x", "/a:/etc/x", "/a:/opt/../etc", "/a:/opt/x:ro", "/a:/workspace/x"]) {
      expect(() => parseTools(bad)).toThrow(/LOOM_SANDBOX_TOOLS/)
    }
  })
})
