import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { inTime } from "./in-time.ts"
import { collect, connect, eventsOf, type TestSession } from "./daemon.ts"

/** A daemon with one isolator, wherever it runs. */
export interface ContractDaemon extends ReturnType<typeof connect> {
  readonly instanceId: string
  readonly stop: () => Promise<void>
}

const MEBIBYTE = 1_048_576
export const CONTRACT_LIMITS = {
  memoryBytes: 256 * MEBIBYTE,
  pids: 64,
  diskBytes: 64 * MEBIBYTE,
  tmpBytes: 16 * MEBIBYTE,
  fileBytes: 32 * MEBIBYTE,
  openFiles: 128,
}

/** What every isolator keeps of protocol v1, said once: execs and their streams. */
export const describeExecs = (name: string, start: () => Promise<ContractDaemon>): void => {
  describe(`exec, ${name}`, () => {
    let daemon: ContractDaemon
    let session: TestSession
    beforeAll(async () => {
      daemon = await start()
      session = await daemon.open({ limits: CONTRACT_LIMITS })
    })
    afterAll(async () => {
      await session?.close()
      await daemon?.stop()
    })
    /** How many `sleep <seconds>` another exec sees. */
    const running = async (seconds: string) => (await session.exec(`pgrep -fxc 'sleep ${seconds}'; true`)).out

    it("streams numbered events while the program runs", async () => {
      const response = await session.start("echo one; until [ -e go ]; do sleep 0.02; done; echo two", { id: "stream" })
      const events = eventsOf(response)
      expect((await events.next()).value).toEqual({ seq: 0, t: "start", execId: "stream", instanceId: daemon.instanceId })
      expect((await events.next()).value).toEqual({ seq: 1, t: "out", fd: 1, data: "one\n" })
      await session.put("go", "")
      const ran = await collect("stream", events)
      expect(ran.exit).toMatchObject({ seq: 3, code: 0, signal: null, reason: null, bytes: 8, truncated: false })
    })

    it("keeps both outputs apart, gives stdin, cwd and a clean environment", async () => {
      await session.exec("mkdir -p sub")
      const ran = await session.exec("pwd; cat; echo err >&2; echo $GREETING; env | cut -d= -f1 | sort | tr '\\n' ' '", {
        cwd: "sub",
        stdin: "from stdin\n",
        env: { GREETING: "hej" },
      })
      expect(ran.out).toBe("/workspace/sub\nfrom stdin\nhej\nCI GREETING HOME LANG LOGNAME PATH PWD SHELL SHLVL TERM USER _ ")
      expect(ran.err).toBe("err\n")
    })

    it("can open its outputs and input again by name", async () => {
      const ran = await session.exec("echo a > /dev/stderr; echo b > /dev/stdout; cat /dev/stdin", { stdin: "c\n" })
      expect([ran.out, ran.err]).toEqual(["b\nc\n", "a\n"])
    })

    it.each([
      ["exit 3", { code: 3, signal: null }],
      ["kill -SEGV $$", { code: 139, signal: "SIGSEGV" }],
      ["exec /no/such/program", { code: 127 }],
      ["exec /workspace", { code: 126 }],
    ])("reports %s", async (command, expected) => {
      expect((await session.exec(command)).exit).toMatchObject({ ...expected, reason: null })
    })
    it("reports a program and a directory that are not there", async () => {
      expect((await session.exec(["no-such-program"])).exit.code).toBe(127)
      expect((await session.exec(["true"], { cwd: "nowhere" })).exit.code).toBe(125)
    })

    it("re-attaches without loss or duplication, and a disconnect kills nothing", async () => {
      const left = new AbortController()
      const response = await session.start(
        "for i in $(seq 1 40); do echo line $i; sleep 0.02; done",
        { id: "attach/1" },
        { signal: left.signal },
      )
      const seen = []
      for await (const event of eventsOf(response)) {
        seen.push(event)
        if (seen.length === 5) break
      }
      left.abort()
      const rest = await collect("attach/1", eventsOf(await session.events("attach/1", Number(seen.at(-1)?.seq) + 1)))
      const all = [...seen, ...rest.events]
      expect(all.map((event) => event.seq)).toEqual(all.map((_, i) => i))
      const text = all.map((event) => (event.t === "out" ? event.data : "")).join("")
      expect(text).toBe(Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join(""))
      const replay = await collect("attach/1", eventsOf(await session.events("attach/1")))
      expect(replay.events).toEqual(all)
    })

    it("runs an id once, however often it is posted", async () => {
      const body = { id: "once" }
      const runs = await Promise.all(Array.from({ length: 5 }, () => session.exec("echo ran >> once.txt; sleep 0.2; cat once.txt", body)))
      expect(new Set(runs.map((ran) => JSON.stringify(ran.events))).size).toBe(1)
      expect((await session.exec("echo ran >> once.txt; sleep 0.2; cat once.txt", body)).out).toBe("ran\n")
      const conflict = await session.start("echo other", body)
      expect([conflict.status, (await daemon.problemOf(conflict)).code]).toEqual([409, "exec_conflict"])
    })

    it("kills the whole tree when the time is over", async () => {
      const tree = "sh -c 'setsid sleep 4711 & sleep 4711' & python3 -c 'while True: pass' & wait"
      const ran = await inTime(
        () => session.exec(tree, { timeoutMs: 500 }),
        ({ exit }) => exit.ms - 500,
      )
      expect(ran.exit).toMatchObject({ code: null, signal: "SIGKILL", reason: "timeout" })
      expect(await running("4711")).toBe("0\n")
    })

    it("cancels", async () => {
      const response = await session.start("echo ready; sleep 4712", { id: "cancel" })
      const events = eventsOf(response)
      await events.next()
      await events.next()
      expect((await daemon.request("DELETE", `${session.base}/execs/cancel`)).status).toBe(204)
      expect((await collect("cancel", events)).exit).toMatchObject({ code: null, reason: "cancelled" })
      expect(await running("4712")).toBe("0\n")
    })

    it("kills at the output limit, or drops the middle", async () => {
      const killed = await session.exec("yes 0123456789", { maxOutputBytes: 10_000 })
      expect(killed.exit).toMatchObject({ reason: "output_limit", code: null, truncated: true })
      expect(killed.out.length).toBeGreaterThan(9000)
      expect(killed.out.length).toBeLessThanOrEqual(10_000)

      const cut = await session.exec("echo first; seq 1 200000; echo last", { maxOutputBytes: 10_000, onOutputLimit: "truncate" })
      expect(cut.exit).toMatchObject({ reason: null, code: 0, truncated: true, bytes: 1_288_906 })
      expect(cut.out).toMatch(/^first\n1\n2\n/)
      expect(cut.out).toMatch(/199999\n200000\nlast\n$/)
      const gap = cut.events.find((event) => event.t === "gap")
      expect(cut.out.length + (gap?.t === "gap" ? gap.droppedBytes : 0)).toBe(1_288_906)
    })

    it("decodes UTF-8 across chunks and survives binary output", async () => {
      const ran = await session.exec(`python3 -c "
import os,time
for b in '🌿é'.encode(): os.write(1, bytes([b])); time.sleep(0.02)
os.write(1, b'\\\\xff')"`)
      expect(ran.out).toBe("🌿é\ufffd")
    })

    it("makes few events of many small writes", async () => {
      const ran = await session.exec(`python3 -c "
import os
for i in range(50000): os.write(1, b'.')"`)
      expect(ran.out).toHaveLength(50_000)
      expect(ran.events.length).toBeLessThan(500)
    })

    it("ends a background process with its exec, or keeps it when asked", async () => {
      const daemons = "setsid sleep 4713 >/dev/null 2>&1 & (setsid sh -c 'sleep 4713 & sleep 4713' &) ; echo done"
      const left = await inTime(
        () => session.exec(daemons),
        ({ exit }) => exit.ms,
      )
      expect(left.exit).toMatchObject({ code: 0, reason: null })
      expect(await running("4713")).toBe("0\n")

      // Any free port: the network of a container may be the host's.
      const server = await session.exec(
        "python3 -u -m http.server 0 --bind 127.0.0.1 >server.log 2>&1 & until grep -o 'port [0-9]*' server.log; do sleep 0.05; done",
        { id: "server", keepRunning: true },
      )
      const [, port] = /^port (\d+)\n$/.exec(server.out) ?? []
      const ask = `curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:${port}/`
      expect((await session.exec(ask)).out).toBe("200")
      await daemon.request("DELETE", `${session.base}/execs/server`)
      expect((await session.exec(ask)).out).toBe("000")
    })

    it("keeps /tmp, home and workspace from one exec to the next", async () => {
      await session.exec("echo 1 > /tmp/kept; echo 2 > ~/kept; echo 3 > kept")
      expect((await session.exec("cat /tmp/kept /home/loom/kept /workspace/kept")).out).toBe("1\n2\n3\n")
    })

    it("refuses what the kernel would not start, and does not call it a missing wall", async () => {
      for (const body of [{ argv: ["bash", "-c", `: ${"x".repeat(130_000)}`] }, { env: { LONG: "x".repeat(130_000) } }]) {
        const response = await session.start("true", body)
        expect([response.status, (await daemon.problemOf(response)).code]).toEqual([400, "invalid_request"])
      }
      expect((await session.exec(": ".padEnd(119_000, "x"))).exit.code).toBe(0)
    })

    it.each([
      [{ argv: [] }, "invalid_request"],
      [{ id: "bad id" }, "invalid_request"],
      [{ timeoutMs: 0 }, "invalid_request"],
      [{ env: { "A=B": "x" } }, "invalid_request"],
    ])("refuses %j", async (body, code) => {
      const response = await session.start("true", body)
      expect([response.status, (await daemon.problemOf(response)).code]).toEqual([400, code])
    })
  })
}
