import { spawn } from "node:child_process"
import { once } from "node:events"
import { Schema } from "effect"
import { ExecEvent } from "@loom/core/domain/SandboxProtocol"
import { measure, round } from "./distribution.ts"

const sessions = 20
const execs = 50
/** Issue 2 and facts/sandbox.md, in milliseconds, of the medians. */
const targets = { sessionMs: 250, execOverheadMs: 30 } as const

/** Sessions of a living sandboxd, and execs in an open one against the same program spawned plainly in the same run. */
export const benchSandbox = async ({ url, token }: { readonly url: string; readonly token: string }) => {
  const call = async (method: string, path: string, body?: unknown): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
    const response = await fetch(`${url}/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`sandboxd answered ${response.status} to ${method} ${path}: ${text}`)
    return text
  }
  const open = async (id: string) =>
    void (await call("POST", "/sessions", { id, egress: { gateways: [], registries: [] }, reapAfterMs: 60_000 }))
  const exec = async (session: string, id: string): Promise<void> => {
    const events = (await call("POST", `/sessions/${session}/execs`, { id, argv: ["/bin/true"], timeoutMs: 10_000 })).trim().split("\n")
    const last = Schema.decodeSync(Schema.fromJsonString(ExecEvent))(events.at(-1) ?? "")
    if (last.t !== "exit" || last.code !== 0) throw new Error(`/bin/true did not run: ${events.at(-1)}`)
  }
  const close = async (id: string) => void (await call("DELETE", `/sessions/${id}`))
  const named = (index: number) => `bench-${index + 1}`
  const session = await measure(
    sessions,
    (index) => open(named(index)),
    (index) => close(named(index)),
  )
  const untilFirstExec = await measure(
    sessions,
    async (index) => {
      await open(named(index))
      await exec(named(index), "first")
    },
    (index) => close(named(index)),
  )
  await open("bench")
  const inSandbox = await measure(execs, (index) => exec("bench", `exec-${index + 1}`))
  await close("bench")
  const plain = await measure(execs, async () => void (await once(spawn("/bin/true", { stdio: "ignore" }), "exit")))
  const overheadMs = round(inSandbox.medianMs - plain.medianMs)
  return {
    session: { ...session, targetMs: targets.sessionMs, met: session.medianMs < targets.sessionMs },
    sessionUntilFirstExec: untilFirstExec,
    exec: inSandbox,
    plainSpawn: plain,
    execOverhead: { medianMs: overheadMs, targetMs: targets.execOverheadMs, met: overheadMs < targets.execOverheadMs },
  }
}
