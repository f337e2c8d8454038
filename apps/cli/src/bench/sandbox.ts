import { spawn } from "node:child_process"
import { once } from "node:events"
import { Schema } from "effect"
import { ExecEvent, type ExecExit } from "@loom/core/domain/SandboxProtocol"
import { distribution, measure, round } from "./distribution.ts"
import { dockerExec } from "./docker-exec.ts"
import { treeOf } from "./tree.ts"

const counts = { sessions: 20, execs: 50, kills: 10, trees: 5, together: 50 } as const
/** Issue 4, in milliseconds, of the medians. */
const targets = { sessionMs: 250, execOverheadMs: { bubblewrap: 30, container: 20 }, killMs: 300, treeMs: 2000 } as const
const treeFiles = 10_000
const killAfterMs = 200

type Isolator = "bubblewrap" | "container"
const told = (value: number, targetMs: number) => ({ medianMs: value, targetMs, met: value < targetMs })

/** A living sandboxd over HTTP, as a client sees it. */
const client = ({ url, token }: { readonly url: string; readonly token: string }) => {
  const call = async (method: string, path: string, body?: BodyInit): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
    const response = await fetch(`${url}/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
    if (!response.ok) throw new Error(`sandboxd answered ${response.status} to ${method} ${path}: ${await response.text()}`)
    return response
  }
  const exec = async (session: string, id: string, argv: ReadonlyArray<string>, timeoutMs = 30_000): Promise<ExecExit> => {
    const response = await call("POST", `/sessions/${session}/execs`, JSON.stringify({ id, argv, timeoutMs }))
    const line = (await response.text()).trim().split("\n").at(-1) ?? ""
    const last = Schema.decodeSync(Schema.fromJsonString(ExecEvent))(line)
    if (last.t !== "exit") throw new Error(`the stream of ${id} ended without an exit: ${line}`)
    return last
  }
  return {
    open: async (id: string) => {
      const body = JSON.stringify({ id, egress: { gateways: [], registries: [] }, reapAfterMs: 120_000 })
      await (await call("POST", "/sessions", body)).text()
    },
    close: async (id: string) => void (await (await call("DELETE", `/sessions/${id}`)).text()),
    exec,
    runTrue: async (session: string, id: string): Promise<void> => {
      const { code } = await exec(session, id, ["/bin/true"])
      if (code !== 0) throw new Error(`/bin/true ended with ${code}`)
    },
    upload: async (session: string, tar: Uint8Array<ArrayBuffer>) => void (await call("PUT", `/sessions/${session}/tar?path=tree`, tar)),
    download: async (session: string) => (await (await call("GET", `/sessions/${session}/tar?path=tree`)).arrayBuffer()).byteLength,
  }
}

/** Sessions, execs, kills and files of one living sandboxd, against the same program spawned plainly in the same run. */
export const benchSandbox = async (isolator: Isolator, host: { readonly url: string; readonly token: string }) => {
  const { close, download, exec, open, runTrue, upload } = client(host)
  const named = (index: number) => `bench-${index + 1}`
  const closeIt = (index: number) => close(named(index))
  const session = await measure(counts.sessions, (index) => open(named(index)), closeIt)
  const openAndRun = async (index: number) => {
    await open(named(index))
    await runTrue(named(index), "first")
  }
  const untilFirstExec = await measure(counts.sessions, openAndRun, closeIt)

  await open("bench")
  const inSandbox = await measure(counts.execs, (index) => runTrue("bench", `exec-${index + 1}`))
  const plain = await measure(counts.execs, async () => void (await once(spawn("/bin/true", { stdio: "ignore" }), "exit")))
  const overheadMs = round(inSandbox.medianMs - plain.medianMs)

  const late: Array<number> = []
  for (let index = 0; index < counts.kills; index++) {
    const busy = "trap '' TERM; (setsid sleep 60 &) ; while :; do :; done"
    const { ms, reason } = await exec("bench", `kill-${index}`, ["/bin/sh", "-c", busy], killAfterMs)
    if (reason !== "timeout") throw new Error(`a busy loop ended for ${reason}`)
    late.push(ms - killAfterMs)
  }

  const tar = treeOf(treeFiles)
  const up = await measure(counts.trees, () => upload("bench", tar))
  const down = await measure(counts.trees, async () => {
    const bytes = await download("bench")
    if (bytes < treeFiles * 512) throw new Error(`${bytes} bytes came back of ${treeFiles} files`)
  })
  await close("bench")
  return {
    session: { ...session, ...told(session.medianMs, targets.sessionMs) },
    sessionUntilFirstExec: untilFirstExec,
    exec: inSandbox,
    plainSpawn: plain,
    dockerExec: await dockerExec(counts.execs),
    execOverhead: told(overheadMs, targets.execOverheadMs[isolator]),
    killAfterLimit: { ...distribution(late), targetMs: targets.killMs, met: Math.max(...late) <= targets.killMs },
    tree: {
      files: treeFiles,
      upload: { ...up, ...told(up.medianMs, targets.treeMs) },
      download: { ...down, ...told(down.medianMs, targets.treeMs) },
    },
    // A container holds one session.
    ...(isolator === "bubblewrap" ? { together: await together(host) } : {}),
  }
}

/** Sessions opened, used and closed all at once. */
const together = async (host: { readonly url: string; readonly token: string }) => {
  const { close, exec, open } = client(host)
  const names = Array.from({ length: counts.together }, (_, index) => `together-${index}`)
  const startedAt = performance.now()
  const outcomes = await Promise.allSettled(
    names.map(async (name) => {
      await open(name)
      const { code } = await exec(name, "only", ["/bin/sh", "-c", "echo hello > f && cat f"])
      if (code !== 0) throw new Error(`ended with ${code}`)
    }),
  )
  const ms = round(performance.now() - startedAt)
  await Promise.allSettled(names.map(close))
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason).slice(0, 200)] : []))
  return { sessions: counts.together, ms, failures, met: failures.length === 0 }
}
