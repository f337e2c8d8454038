import { expect, it } from "vitest"
import { ApiError } from "./ApiError.ts"
import { afterFailureMs, listPollMs, taskPollMs } from "./polling.ts"
import { clockOffsetMs } from "./server-clock.ts"

const error = (kind: ApiError["kind"], retryAfterMs: number | null = null) =>
  new ApiError({ kind, message: "m", remedy: "r", retryAfterMs })

it("asks each second for an open task and stops with its end", () => {
  expect((["pending", "running", "waiting", "completed", "failed", "cancelled"] as const).map(taskPollMs)).toEqual([
    1000,
    1000,
    1000,
    false,
    false,
    false,
  ])
  expect(taskPollMs(undefined)).toBe(1000)
})

it("slows the list down when nothing on it moves", () => {
  expect([listPollMs(["completed", "running"]), listPollMs(["completed", "failed"]), listPollMs([])]).toEqual([2_000, 5_000, 5_000])
})

it("backs off after a failure by its kind, and obeys Retry-After", () => {
  expect(afterFailureMs(null, 0)).toBeNull()
  expect(afterFailureMs(error("unreachable"), 0)).toBe(4_000)
  expect(afterFailureMs(error("unreachable"), 1)).toBe(5_000)
  expect(afterFailureMs(error("refused"), 0)).toBe(30_000)
  expect(afterFailureMs(error("refused", 7_000), 0)).toBe(7_000)
  expect(afterFailureMs(error("outdated"), 0)).toBe(false)
})

it("corrects a clock that is off by more than the seconds of a Date header can tell", () => {
  const server = "Fri, 21 Nov 2025 03:00:00 GMT"
  expect(clockOffsetMs(server, Date.parse(server) - 90_000)).toBe(90_000)
  expect(clockOffsetMs(server, Date.parse(server) + 900)).toBe(0)
  expect(clockOffsetMs(null, 0)).toBeNull()
  expect(clockOffsetMs("soon", 0)).toBeNull()
})
