import { expect, it } from "vitest"
import { RefusalLog } from "./RefusalLog.ts"

it("counts refusals, bounds them, and prints nothing that a terminal would obey", () => {
  const log = new RefusalLog()
  const refuse = log.of("registry", "setup")
  expect(refuse("a\u001b[31m", 8443, "host is not listed")).toMatch(/^blocked host: a\?\[31m:8443 \(host is not listed\); allow with /)
  for (let i = 0; i < 500; i++) refuse(`host-${i}`, 443, "host is not listed")
  refuse("host-499", 443, "host is not listed")
  expect(log.all).toHaveLength(200)
  expect(log.all.at(-1)).toMatchObject({ host: "host-499", count: 2, phase: "setup", via: "registry" })
  // What tests wanted is told apart from what the set-up wanted.
  log.of("registry", "tests")("host-499", 443, "host is not listed")
  expect(log.all.at(-1)).toMatchObject({ host: "host-499", count: 1, phase: "tests" })
})
