import { randomUUID } from "node:crypto"
import { once } from "node:events"
import fs from "node:fs"
import net, { type AddressInfo } from "node:net"
import os from "node:os"
import path from "node:path"
import { eventsOf, startTestDaemon, type TestDaemon } from "../testing/daemon.ts"
import type { Battlefield, Canaries, TestSession } from "./Attack.ts"
import type { Scope } from "./host-state.ts"

const MEBIBYTE = 1_048_576

/** Small, so that a bomb meets its limit soon. */
export const SMALL_LIMITS = {
  memoryBytes: 256 * MEBIBYTE,
  pids: 64,
  diskBytes: 64 * MEBIBYTE,
  tmpBytes: 16 * MEBIBYTE,
  fileBytes: 32 * MEBIBYTE,
  openFiles: 256,
}

/** A listener that nobody may reach, and how often somebody did. */
const trap = async (where: { readonly port: number; readonly host: string } | string) => {
  let touched = 0
  const server = net.createServer((socket) => {
    touched++
    socket.on("error", () => undefined).end("HOST REACHED")
  })
  if (typeof where === "string") server.listen(where)
  else server.listen(where)
  await once(server, "listening")
  return { server, touched: () => touched }
}

const setTraps = async (root: string, isolator: Battlefield["isolator"]) => {
  const token = `canary-${randomUUID()}`
  const file = path.join(root, "host-file")
  fs.writeFileSync(file, `${token}\n`, { mode: isolator === "bubblewrap" ? 0o644 : 0o600 })
  const abstractSocket = `loom-${randomUUID()}`
  const [tcp, abstract] = await Promise.all([trap({ port: 0, host: "0.0.0.0" }), trap(`\0${abstractSocket}`)])
  process.env["LOOM_ESCAPE_CANARY"] = token
  const canaries: Canaries = {
    token,
    file,
    port: (tcp.server.address() as AddressInfo).port,
    abstractSocket,
    bystanderFile: isolator === "bubblewrap" ? "/workspace/of-the-bystander" : file,
  }
  return {
    canaries,
    /** What of them was touched, in words. */
    touched: (): ReadonlyArray<string> => [
      ...(fs.readFileSync(file, "utf8") === `${token}\n` ? [] : ["the canary file was changed"]),
      ...(tcp.touched() === 0 ? [] : ["the host's TCP port was reached"]),
      ...(abstract.touched() === 0 ? [] : ["the host's abstract socket was reached"]),
    ],
    remove: () => {
      delete process.env["LOOM_ESCAPE_CANARY"]
      tcp.server.close()
      abstract.server.close()
    },
  }
}

/** What an exec printed goes past this: the canary token in it is an escape. */
const watched = (session: TestSession, token: string, seen: (what: string) => void): TestSession => ({
  ...session,
  exec: async (...args) => {
    const ran = await session.exec(...args)
    if (`${ran.out}${ran.err}`.includes(token)) seen(`the canary token came out of ${JSON.stringify(args[0]).slice(0, 200)}`)
    return ran
  },
})

/** The bystander has a file, and a program that goes on. */
const openBystander = async (daemon: TestDaemon, { bystanderFile, token }: Canaries) => {
  const session = await daemon.open({ limits: SMALL_LIMITS })
  await session.exec(["sh", "-c", `echo ${token} > ${bystanderFile}; chmod 666 ${bystanderFile}`])
  const goesOn = await session.start(["sh", "-c", "echo up; exec sleep infinity"], { id: "goes-on", timeoutMs: 3_600_000 })
  for await (const event of eventsOf(goesOn)) if (event.t === "out") break
  const check = async (): Promise<ReadonlyArray<string>> => {
    const { exit, out } = await session.exec(["cat", bystanderFile])
    const status = (await (await daemon.request("GET", session.base)).json()) as { execs: Array<{ id: string; running: boolean }> }
    return [
      ...(exit.code === 0 && out === `${token}\n` ? [] : [`the bystander could not read its file: ${JSON.stringify(exit)}`]),
      ...(status.execs.some(({ id, running }) => id === "goes-on" && running) ? [] : ["the bystander's program was ended"]),
    ]
  }
  return { session, check }
}

/** One daemon with its traps and its bystander: all attacks of a file are run on it, one after another. */
export const startBattlefield = async (isolator: Battlefield["isolator"]) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loom-escape-"))
  fs.chmodSync(root, 0o755)
  const container = {
    inside: true,
    workspaceDir: path.join(root, "workspace"),
    homeDir: path.join(root, "home"),
    // Nobody else's, so that everything that runs as it is this container's.
    uid: 100_000 + process.pid,
  }
  const traps = await setTraps(root, isolator)
  const daemon = await startTestDaemon(isolator === "container" ? { isolator, maxSessions: 1, container } : { isolator })
  const bystander = isolator === "container" ? null : await openBystander(daemon, traps.canaries)
  const scope: Scope = {
    dataDir: daemon.config.dataDir,
    instanceId: daemon.instanceId,
    container: isolator === "container" ? container : null,
  }
  const seen: Array<string> = []
  const sayOf = (session: TestSession) => watched(session, traps.canaries.token, (what) => seen.push(what))

  return {
    daemon,
    scope,
    field: async (spec: Parameters<TestDaemon["open"]>[0]): Promise<Battlefield> => ({
      isolator,
      daemon,
      session: sayOf(await daemon.open({ limits: SMALL_LIMITS, ...spec })),
      bystander: bystander?.session ?? null,
      canaries: traps.canaries,
      daemonPid: process.pid,
      daemonParentPid: process.ppid,
    }),
    /** What the attack did to others, in words. */
    harm: async (): Promise<ReadonlyArray<string>> => {
      const answer = await daemon.request("GET", "/v1/capabilities")
      const { instanceId, ready } = (await answer.json()) as { readonly instanceId: string; readonly ready: boolean }
      const same = instanceId === daemon.instanceId && ready
      return [
        ...(same ? [] : ["the daemon is not the one that it was"]),
        ...seen.splice(0),
        ...traps.touched(),
        ...((await bystander?.check()) ?? []),
      ]
    },
    stop: async () => {
      await daemon.stop()
      traps.remove()
      fs.rmSync(root, { recursive: true, force: true })
    },
  }
}
