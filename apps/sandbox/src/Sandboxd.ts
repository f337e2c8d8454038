import { SANDBOX_PROTOCOL_VERSION, type IsolationProblem, type SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import type { SandboxdConfig } from "./Config.ts"
import { makeServer } from "./http/server.ts"
import { takeDataDir } from "./instance.ts"
import { Bubblewrap } from "./isolation/bubblewrap.ts"
import { Container } from "./isolation/container.ts"
import type { Isolator } from "./isolation/Isolator.ts"
import { Sessions } from "./Sessions.ts"
import { StateStore } from "./states/StateStore.ts"

export const SANDBOXD_VERSION = "0.1.0"

export interface Sandboxd {
  readonly url: string
  readonly port: number
  readonly instanceId: string
  readonly problems: ReadonlyArray<IsolationProblem>
  /** Kills every exec, removes every session, stops listening. */
  readonly close: () => Promise<void>
}

const makeIsolator = (config: SandboxdConfig, cgroupName: string): Isolator => {
  const { dataDir, path, container } = config
  return config.isolator === "container"
    ? new Container({
        dataDir,
        cgroupName,
        path,
        insideContainer: container.inside,
        workspaceDir: container.workspaceDir,
        homeDir: container.homeDir,
        uid: container.uid,
        platformHoldsEgress: container.egress !== "none",
      })
    : new Bubblewrap({ dataDir, cgroupName, path, bwrap: config.bwrap, tools: config.tools })
}

/** What a problem names does not hold, and where a problem names no wall nothing could be looked at. */
const enforcedBeside = (problems: ReadonlyArray<IsolationProblem>, enforced: SandboxdCapabilities["enforced"]) => {
  const missing = problems.every(({ code }) => code in enforced) ? problems.map(({ code }) => code) : Object.keys(enforced)
  return { ...enforced, ...Object.fromEntries(missing.map((wall) => [wall, false])) }
}

/** Starts the daemon. With a wall missing it starts all the same, says so in its capabilities, and refuses every session. */
export const startSandboxd = async (config: SandboxdConfig): Promise<Sandboxd> => {
  const taken = await takeDataDir(config.dataDir)
  try {
    return await serve(config, taken)
  } catch (error) {
    taken.release()
    throw error
  }
}

const serve = async (
  config: SandboxdConfig,
  { instanceId, cgroupName, release }: Awaited<ReturnType<typeof takeDataDir>>,
): Promise<Sandboxd> => {
  const isolator = makeIsolator(config, cgroupName)
  const problems = await isolator.probe()
  const sessions = new Sessions({ isolator, instanceId, maxSessions: config.maxSessions, limits: config.limits, problems: () => problems })
  const capabilities: SandboxdCapabilities = {
    protocol: SANDBOX_PROTOCOL_VERSION,
    version: SANDBOXD_VERSION,
    instanceId,
    isolator: isolator.name,
    ready: problems.length === 0,
    enforced: enforcedBeside(problems, isolator.enforced()),
    problems,
    tools: config.tools.map((tool) => tool.sandboxDir),
  }
  // A container is new for every run: what it would keep, nobody would find.
  const states =
    config.states === null || config.isolator === "container" ? null : new StateStore(config.states.dir, config.states.maxBytes)
  const server = makeServer({ token: config.token, sessions, states, capabilities: () => capabilities })
  server.listen(config.port, config.host)
  await once(server, "listening").catch(async (error: unknown) => {
    await sessions.closeAll()
    await isolator.close()
    throw error
  })
  const { port } = server.address() as AddressInfo
  let closing: Promise<void> | null = null
  const close = async () => {
    server.close()
    await sessions.closeAll()
    server.closeAllConnections()
    await isolator.close()
    release()
  }
  const host = config.host.includes(":") ? `[${config.host}]` : config.host
  return { url: `http://${host}:${port}`, port, instanceId, problems, close: () => (closing ??= close()) }
}
