import { spawn } from "node:child_process"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { ofUid } from "./memory-watchdog.ts"
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

  it("counts what has died and is not reaped, as RLIMIT_NPROC does", async () => {
    const uid = 400_000 + process.pid
    // An end of the pipe in each child: the last one to die closes it.
    const dies = 'pipe my $r, my $w; for (1..40) { my $p = fork // die; exit if !$p } close $w; <$r>; syswrite STDOUT, "up"; sleep 60'
    const asUid = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"]
    const child = spawn("/usr/bin/env", ["--", ...asUid, "perl", "-e", dies], { stdio: ["ignore", "pipe", "inherit"] })
    await once(child.stdout, "data")
    await expect.poll(() => runningOf(uid, null)).toEqual([String(child.pid)])
    const counted = ofUid(uid)
    expect(counted).toHaveLength(41)
    expect(counted.reduce((sum, { threads }) => sum + threads, 0)).toBe(41)
    expect(counted.filter(({ bytes }) => bytes > 0).map(({ pid }) => pid)).toEqual([child.pid])
    child.kill("SIGKILL")
    await once(child, "exit")
  })
})
