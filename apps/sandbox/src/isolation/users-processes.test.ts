import { spawn } from "node:child_process"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { noneRuns, runningOf } from "./users-processes.ts"

describe.skipIf(process.getuid?.() !== 0)("processes of a uid", () => {
  it("finds them by uid and by the group that they cannot give up", async () => {
    const uid = 300_000 + process.pid
    const args = ["--", "setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--groups=61190", "--", "sh", "-c", "echo up; exec sleep 60"]
    const child = spawn("/usr/bin/env", args, { stdio: ["ignore", "pipe", "inherit"] })
    await once(child.stdout, "data")
    expect([runningOf(uid, null), runningOf(uid, 61_190), runningOf(uid, 61_191)]).toEqual([[String(child.pid)], [String(child.pid)], []])
    expect([noneRuns(uid, null), noneRuns(uid, 61_190)]).toEqual([false, false])
    child.kill("SIGKILL")
    await once(child, "exit")
    expect(runningOf(uid, null)).toEqual([])
  })
})
