import { setTimeout as sleep } from "node:timers/promises"
import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { collect, eventsOf } from "../../testing/daemon.ts"

/** Output without end, in the shapes that have hurt others. */
const floods: ReadonlyArray<readonly [name: string, argv: string | ReadonlyArray<string>]> = [
  ["lines", "yes"],
  ["lines on stderr", "yes >&2"],
  ["without a newline", ["head", "-c", "1G", "/dev/zero"]],
  ["binary", "cat /dev/urandom"],
  ["both outputs in turns, byte by byte", ["python3", "-c", "import os\nwhile True: os.write(1,b'a'); os.write(2,b'b')"]],
  ["half characters", ["python3", "-c", "import os\nwhile True: os.write(1,b'\\xf0\\x9f\\x8c')"]],
]

export const outputs: ReadonlyArray<Attack> = [
  {
    group: 4,
    name: "output without end",
    run: async ({ session }) => {
      const sizes: Array<number> = []
      for (const [name, argv] of floods) {
        const ran = await session.exec(argv, { maxOutputBytes: 100_000 })
        expect([name, ran.exit.reason, ran.exit.code, ran.exit.truncated]).toEqual([name, "output_limit", null, true])
        expect(Buffer.byteLength(ran.out + ran.err)).toBeLessThanOrEqual(300_000)
        sizes.push(ran.exit.ms)
      }
      return { by: "limit on output", evidence: `${floods.length} floods ended after at most ${Math.max(...sizes)} ms` }
    },
  },
]

export const readers: ReadonlyArray<Attack> = [
  {
    group: 15,
    name: "a reader that does not read",
    run: async ({ session }) => {
      const response = await session.start("seq 1 2000000", { id: "unread", maxOutputBytes: 20_000_000 })
      // Nothing is read of the first stream while a second one sees all of it.
      const whole = await collect("unread", eventsOf(await session.events("unread")))
      expect(whole.exit).toMatchObject({ code: 0, reason: null, truncated: false })
      const slow = []
      for await (const event of eventsOf(response)) {
        slow.push(event)
        if (slow.length % 50 === 0) await sleep(1)
      }
      expect(slow).toEqual(whole.events)
      return { by: "readers are cursors into one log", evidence: `${whole.exit.bytes} bytes, twice the same` }
    },
  },
  {
    group: 19,
    name: "streams cut again and again",
    run: async ({ session }) => {
      const text = Array.from({ length: 300 }, (_, i) => `line ${i + 1} 🌿\n`).join("")
      const response = await session.start("for i in $(seq 1 300); do echo line $i 🌿; sleep 0.002; done", { id: "cut" })
      const seen: Array<{ readonly seq: number; readonly t: string; readonly data?: string }> = []
      const take = async (answer: Response, most: number) => {
        let taken = 0
        for await (const event of eventsOf(answer)) {
          if (event.t !== "heartbeat") seen.push(event)
          if (++taken >= most) break
        }
      }
      await take(response, 1)
      let cuts = 0
      for (; seen.at(-1)?.t !== "exit"; cuts++) await take(await session.events("cut", (seen.at(-1)?.seq ?? -1) + 1), 1 + (cuts % 7))
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i))
      expect(seen.map(({ data }) => data ?? "").join("")).toBe(text)
      return { by: "numbered events, kept", evidence: `${cuts} cuts, ${seen.length} events, none lost, none twice` }
    },
  },
  {
    group: 19,
    name: "one exec, asked for by many at once",
    run: async ({ session, daemon }) => {
      const once = () => session.exec("echo ran >> once; sleep 0.1; cat once", { id: "once" })
      const runs = await Promise.all(Array.from({ length: 20 }, once))
      expect(new Set(runs.map(({ events }) => JSON.stringify(events))).size).toBe(1)
      expect((await once()).out).toBe("ran\n")
      const other = await session.start("echo other >> once", { id: "once" })
      expect((await daemon.problemOf(other)).code).toBe("exec_conflict")
      return { by: "id of the exec", evidence: "21 requests, one run; another command under the id: exec_conflict" }
    },
  },
  {
    group: 19,
    name: "a box that is gone",
    run: async ({ session, daemon }) => {
      const running = session.exec("echo up; sleep 600", { id: "lost" })
      const status = async () => (await (await daemon.request("GET", session.base)).json()) as { readonly execs: ReadonlyArray<unknown> }
      while ((await status()).execs.length === 0) await sleep(5)
      await session.close()
      expect((await running).exit).toMatchObject({ reason: "cancelled", code: null })
      const answers = [await session.events("lost"), await session.start("true"), await session.get("f")]
      const codes = await Promise.all(answers.map(async (answer) => (await daemon.problemOf(answer)).code))
      expect(codes).toEqual(["session_not_found", "session_not_found", "session_not_found"])
      return {
        by: "no session comes back by itself",
        evidence: "stream ends with an exit; then session_not_found, told to the client as box_lost",
      }
    },
  },
]
