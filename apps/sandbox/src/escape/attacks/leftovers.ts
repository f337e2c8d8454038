import { expect } from "vitest"
import { collect, eventsOf } from "../../testing/daemon.ts"
import type { Attack } from "../Attack.ts"

const DAEMON =
  "setsid sleep 4725 >/dev/null 2>&1 & (setsid sh -c 'sleep 4725 & sleep 4725' >/dev/null 2>&1 &); (trap '' TERM HUP; setsid sh -c 'while :; do sleep 0.01; done' &) >/dev/null 2>&1;"
/** Each forks a child and ends: looking at /proc can miss all of them. */
const CHAIN = "setsid perl -e 'for (;;) { my $p = fork; exit if $p }' >/dev/null 2>&1 &"
const COUNT = "ps -eo args= | grep -cE '^(sleep 4725|perl -e for)'; true"

export const outliving: ReadonlyArray<Attack> = [
  {
    group: 5,
    name: "daemons that outlive their exec",
    run: async ({ session }) => {
      const ran = await session.exec(`${DAEMON} echo done`)
      expect(ran.exit).toMatchObject({ code: 0, reason: null })
      expect((await session.exec(COUNT)).out).toBe("0\n")
      return { by: "kill of the tree before the exit is told", evidence: `gone with the exit, after ${ran.exit.ms} ms` }
    },
  },
  {
    group: 5,
    name: "daemons at the timeout",
    run: async ({ session }) => {
      const ran = await session.exec(`${DAEMON} sleep 600`, { timeoutMs: 500 })
      expect(ran.exit).toMatchObject({ reason: "timeout", code: null })
      expect((await session.exec(COUNT)).out).toBe("0\n")
      return { by: "kill of the tree", evidence: `timeout, ${ran.exit.ms - 500} ms late` }
    },
  },
  {
    group: 5,
    name: "daemons at a cancel",
    run: async ({ session, daemon }) => {
      const events = eventsOf(await session.start(`${DAEMON} echo up; sleep 600`, { id: "to-cancel" }))
      await events.next()
      expect((await events.next()).value).toMatchObject({ t: "out", data: "up\n" })
      expect((await daemon.request("DELETE", `${session.base}/execs/to-cancel`)).status).toBe(204)
      expect((await collect("to-cancel", events)).exit).toMatchObject({ reason: "cancelled" })
      expect((await session.exec(COUNT)).out).toBe("0\n")
      return { by: "kill of the tree", evidence: "204 only when all of it was dead" }
    },
  },
  {
    group: 5,
    name: "a chain of processes that each live for an instant",
    run: async ({ session }) => {
      const ran = await session.exec(`${CHAIN} ${CHAIN} sleep 0.2`)
      // Who reaps too slowly meets the limit on processes as well.
      expect([null, "pids"]).toContain(ran.exit.reason)
      expect((await session.exec(COUNT)).out).toBe("0\n")
      return { by: "pid namespace, cgroup.kill or kill(-1)", evidence: "no link of it left" }
    },
  },
]

export const leftovers: ReadonlyArray<Attack> = [
  {
    group: 21,
    name: "files that are hard to remove",
    run: async ({ session }) => {
      const ran = await session.exec([
        "python3",
        "-c",
        `import os
for base in (".", os.environ["HOME"], "/tmp", "/dev/shm"):
  os.chdir(base)
  for i in range(300):
    os.mkdir("d"*200); os.chdir("d"*200)
  open("deep", "w").close(); os.chmod(".", 0)
  os.chdir("/workspace") if os.path.isdir("/workspace") else os.chdir(os.environ["HOME"])
os.mkfifo("fifo"); os.symlink("/etc", "link"); os.mkdir("closed"); open("closed/x", "w").close(); os.chmod("closed", 0)
open(b"bad\\xff\\nname", "w").close()
print("made")`,
      ])
      expect(ran.out).toBe("made\n")
      return {
        by: "rm by descriptor; unmount of the image",
        evidence: "300 levels deep, modes 000, FIFO, invalid UTF-8: gone with the session",
      }
    },
  },
  {
    group: 21,
    name: "500 execs",
    // Five at a time, and what of the last ones still dies counts too.
    session: { limits: { memoryBytes: 268_435_456, pids: 256 } },
    long: true,
    run: async ({ session }) => {
      await Promise.all(
        Array.from({ length: 5 }, async (_, worker) => {
          for (let i = 0; i < 100; i++) {
            const ran = await session.exec(i % 10 === 0 ? "sleep 4725 & echo x > /tmp/f; exit 3" : ["true"], { id: `many-${worker}-${i}` })
            expect([ran.exit.reason, ran.exit.detail, ran.exit.code, ran.err]).toEqual([null, null, i % 10 === 0 ? 3 : 0, ""])
          }
        }),
      )
      expect((await session.exec(COUNT)).out).toBe("0\n")
      return { by: "clean-up after each exec", evidence: "500 execs, five at a time" }
    },
  },
  {
    group: 21,
    name: "50 sessions at once",
    long: true,
    isolators: ["bubblewrap"],
    run: async ({ daemon }) => {
      const sessions = await Promise.all(Array.from({ length: 50 }, () => daemon.open({ limits: { memoryBytes: 67_108_864 } })))
      const ran = await Promise.all(sessions.map((one) => one.exec("echo hello; sleep 4725 & echo > f")))
      expect(ran.map(({ out, exit }) => [out, exit.code])).toEqual(sessions.map(() => ["hello\n", 0]))
      await Promise.all(sessions.map((one) => one.close()))
      return { by: "clean-up after each session", evidence: `${sessions.length} sessions, all at once` }
    },
  },
]
