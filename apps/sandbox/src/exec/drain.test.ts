import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, expect, it } from "vitest"
import type { BoxProcess } from "../isolation/Isolator.ts"
import { FifoPool } from "../isolation/stdio.ts"
import { Exec } from "./Exec.ts"

const dir = fs.mkdtempSync(path.join(os.tmpdir(), "loom-drain-"))
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }))

it("tells what a program said last, also when the daemon had no time to read it before the clock ran out", async () => {
  const fifos = new FifoPool(path.join(dir, "fifo"))
  const [out, err] = await Promise.all([fifos.take(), fifos.take()])
  const main = Promise.withResolvers<{ code: number; started: boolean }>()
  const left = Promise.withResolvers<void>()
  const child: BoxProcess = {
    pid: null,
    stdin: null,
    stdout: out.reader,
    stderr: err.reader,
    main: main.promise,
    gone: left.promise,
    kill: () => undefined,
    end: () => undefined,
    hit: () => null,
    counts: () => ({ oomKills: 0, pidsRefused: 0 }),
  }
  // It stays in the background and holds its outputs open: only the clock ends the waiting for them.
  const exec = new Exec({ id: "busy", argv: ["true"], timeoutMs: 60_000, keepRunning: true })
  const launch = { argv: ["true"], cwd: "/", env: {}, stdin: "none", network: "closed", keepRunning: true } as const
  const ran = exec.run({ launch: async () => child, full: async () => null }, launch, "instance")
  await new Promise(setImmediate)
  main.resolve({ code: 0, started: true })
  await Promise.resolve().then(() => Promise.resolve())
  fs.writeSync(out.writerFd, "the last word")
  // Longer than is waited, without a turn of the event loop.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
  while (exec.running) await new Promise(setImmediate)
  left.resolve()
  await ran
  for (const fd of [out.writerFd, err.writerFd]) fs.closeSync(fd)
  const said: Array<string> = []
  for await (const event of exec.log.read(0, 1000, new AbortController().signal)) if (event.t === "out") said.push(event.data)
  expect(said.join("")).toBe("the last word")
})
