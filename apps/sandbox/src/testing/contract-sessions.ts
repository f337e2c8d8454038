import { Readable } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Battlefield } from "../escape/Attack.ts"
import { diskBombs, forkBombs, memoryBombs, timeBombs } from "../escape/attacks/resources.ts"
import { CONTRACT_LIMITS, type ContractDaemon } from "./contract-execs.ts"
import type { TestSession } from "./daemon.ts"

/** Attacks on the limits that need nothing but a session, and that no isolator is spared. */
const bombs = [...forkBombs, ...memoryBombs, ...timeBombs, ...diskBombs].filter(({ isolators }) => isolators === undefined)

/** What every isolator keeps of protocol v1, said once: sessions, their files and their limits. */
export const describeSessions = (name: string, start: () => Promise<ContractDaemon>): void => {
  describe(`session, ${name}`, () => {
    let daemon: ContractDaemon
    let session: TestSession
    const reopen = async (spec: Parameters<ContractDaemon["open"]>[0] = {}) => {
      await session?.close()
      session = await daemon.open({ limits: CONTRACT_LIMITS, ...spec })
    }
    beforeAll(async () => {
      daemon = await start()
    })
    afterAll(async () => {
      await session?.close()
      await daemon?.stop()
    })

    it("opens an id once, closes it once, and leaves nothing to the next", async () => {
      await reopen({ id: "same" })
      await session.exec("for d in . ~ /tmp /dev/shm; do mkdir $d/left; echo x > $d/left/file; chmod 0 $d/left; done")
      const again = await daemon.request("POST", "/v1/sessions", {
        id: "same",
        egress: { gateways: [], registries: [] },
        reapAfterMs: 60_000,
      })
      expect([again.status, await again.json()]).toEqual([200, { id: "same", instanceId: daemon.instanceId, created: false }])
      const waiting = session.exec("echo up; sleep 600", { id: "waits" })
      while (((await (await daemon.request("GET", session.base)).json()) as { execs: Array<unknown> }).execs.length < 2) await sleep(5)
      expect([(await session.close()).status, (await session.close()).status]).toEqual([204, 204])
      expect((await waiting).exit).toMatchObject({ reason: "cancelled", code: null })
      expect((await daemon.problemOf(await session.start("true"))).code).toBe("session_not_found")
      await reopen({ id: "same" })
      expect((await session.exec("ls -A . ~ /tmp/left /dev/shm/left 2>/dev/null | grep -v :")).out.trim()).toBe("")
    })

    it("never runs a forgotten exec again, and remembers a bounded number", async () => {
      await reopen()
      const first = await session.exec("echo x >> count.txt", { id: "first" })
      expect([first.exit.reason, first.exit.code, first.err]).toEqual([null, 0, ""])
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          for (let i = 0; i < 52; i++) await session.exec(["true"])
        }),
      )
      const forgotten = await session.start("echo x >> count.txt", { id: "first" })
      expect([forgotten.status, (await daemon.problemOf(forgotten)).code]).toEqual([410, "exec_forgotten"])
      const counted = await session.exec("cat count.txt")
      expect([counted.out, counted.err, counted.exit.reason, counted.exit.code]).toEqual(["x\n", "", null, 0])
    })

    it("keeps files and trees", async () => {
      await reopen()
      expect((await session.put("dir/ä file", "content")).status).toBe(204)
      expect(await (await session.get("/workspace/dir/ä file")).text()).toBe("content")
      expect((await daemon.problemOf(await session.get("nothing"))).code).toBe("file_not_found")
      const tar = await daemon.request("GET", `${session.base}/tar?path=dir`)
      const bytes = Buffer.from(await tar.arrayBuffer())
      const put = await daemon.request("PUT", `${session.base}/tar?path=copy`, undefined, { body: bytes })
      expect(put.status).toBe(204)
      expect((await session.exec("cat 'copy/ä file'")).out).toBe("content")
    })

    it("reaps a session that nobody touches, and no other", async () => {
      // Longer than a busy machine needs from one request to the next.
      await reopen({ reapAfterMs: 3000 })
      // An open stream touches it, however long nothing comes; so does an upload.
      const stream = await session.start("sleep 4.5; echo done", { id: "quiet" })
      const body = new Readable({ read: () => undefined })
      const upload = session.put("slow", Readable.toWeb(body) as unknown as BodyInit)
      body.push("half ")
      expect(await stream.text()).toContain("done")
      body.push("and half")
      body.push(null)
      expect((await upload).status).toBe(204)
      expect((await session.exec("cat slow")).out).toBe("half and half")
      // To ask is to touch: each time it is left alone for long enough.
      let asked = await daemon.request("GET", session.base)
      for (let i = 0; asked.ok && i < 8; i++) {
        await sleep(4500)
        asked = await daemon.request("GET", session.base)
      }
      expect((await daemon.problemOf(asked)).code).toBe("session_not_found")
    })

    it("leaves alone what meets a limit and copes", async () => {
      await reopen()
      // Room has to be made within a tenth of a second, for which a busy machine may not give it a core.
      const fillAndCope = () => session.exec("head -c 20M /dev/zero > /tmp/full; rm /tmp/full; sleep 0.3; echo went on")
      let filled = await fillAndCope()
      for (let i = 0; filled.exit.reason === "disk_full" && i < 4; i++) {
        await session.exec("rm -f /tmp/full")
        filled = await fillAndCope()
      }
      expect([filled.exit.reason, filled.out]).toEqual([null, "went on\n"])
      const refused = await session.exec([
        "python3",
        "-c",
        `import threading
enough=threading.Event(); started=0
for _ in range(70):
  try: threading.Thread(target=enough.wait).start(); started+=1
  except RuntimeError: break
enough.set(); print(started < 64)`,
      ])
      expect([refused.exit.reason, refused.out]).toEqual([null, "True\n"])
    })

    it("names the limit that a program failed for, and lets the next one make room", async () => {
      await reopen()
      // It stays until it is seen: where the kernel counts no bytes, somebody has to look.
      const full = await session.exec("set -e; for i in 1 2 3 4 5 6; do head -c 20M /dev/zero > f$i; sleep 0.05; done; sleep 60")
      expect(full.exit.reason).toBe("disk_full")
      expect(full.exit.detail).toMatch(/full|may hold/)
      const looks = await session.exec("ls f1; sleep 0.4; rm -f f*; sleep 0.2; echo made room")
      expect([looks.exit.reason, looks.out]).toEqual([null, "f1\nmade room\n"])
      const processes = await session.exec([
        "perl",
        "-e",
        'for (1..100) { my $p = fork; die "fork: $!" unless defined $p; if (!$p) { sleep 20; exit } }',
      ])
      expect(["pids", null]).toContain(processes.exit.reason)
    })

    describe("bombs", () => {
      it.each(bombs)("$group $name", { timeout: 180_000 }, async (attack) => {
        await reopen()
        expect((await attack.run({ session } as Battlefield)).by).not.toBe("")
      })
    })
  })
}
