import { randomBytes } from "node:crypto"
import { SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { Schema } from "effect"
import type { Check } from "../doctor/Check.ts"
import { deploymentChecks } from "../doctor/deployment-checks.ts"
import { machineChecks } from "../doctor/machine-checks.ts"
import { registryChecks } from "../doctor/registry-checks.ts"
import { sandboxChecks } from "../doctor/sandbox-checks.ts"
import type { Colors } from "../render/colors.ts"
import { plain, wrap } from "../render/text.ts"
import { machineDiscovery } from "../world/machine.ts"
import { startSandboxHost } from "../world/sandbox-host.ts"
import { makeWorldDirectory } from "../world/WorldDirectory.ts"
import type { CommandContext } from "./start.ts"

const decodeCapabilities = Schema.decodeUnknownPromise(SandboxdCapabilities)

/** What a sandbox host of this machine says of itself, by starting one. */
const capabilitiesHere = async (root: string): Promise<SandboxdCapabilities> => {
  const directory = makeWorldDirectory(root, "doctor", false)
  try {
    const token = randomBytes(32).toString("hex")
    const host = await startSandboxHost({ root, directory, token, mounts: [] })
    try {
      const answer = await fetch(`${host.url}/v1/capabilities`, { headers: { authorization: `Bearer ${token}` } })
      return await decodeCapabilities(await answer.json())
    } finally {
      await host.close()
    }
  } finally {
    directory.remove()
  }
}

const sandboxHere = (root: string): Promise<ReadonlyArray<Check>> =>
  capabilitiesHere(root).then(sandboxChecks, (error: unknown): ReadonlyArray<Check> => [
    {
      part: "sandbox",
      name: "sandbox host",
      state: "failed",
      detail: plain((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? ""),
      remedy: "LOOM_SANDBOX_TOKEN=$(openssl rand -hex 32) node apps/sandbox/src/main.ts   # to read why",
    },
  ])

/** This machine, its sandbox, its registries, and the deployment where there is one. Exit code 1 when a line failed. */
export const doctor = async (options: { readonly json: boolean }, context: CommandContext): Promise<number> => {
  const { colors, env, root, screen } = context
  const checks = (
    await Promise.all([machineChecks(env), sandboxHere(root), registryChecks(machineDiscovery(env, root)), deploymentChecks(root, env)])
  ).flat()
  const ok = checks.every(({ state }) => state !== "failed")
  if (options.json) screen.write(`${JSON.stringify({ ok, checks }, null, 2)}\n`)
  else for (const line of doctorLines(checks, screen.columns(), colors)) screen.write(`${line}\n`)
  return ok ? 0 : 1
}

/** Pure: a table by part, each failing line followed by its remedy. */
export const doctorLines = (checks: ReadonlyArray<Check>, columns: number, colors: Colors): ReadonlyArray<string> => {
  const mark = { ok: colors.green("ok    "), note: colors.yellow("note  "), failed: colors.red("FAILED") }
  const width = Math.max(...checks.map(({ name }) => name.length))
  const indent = " ".repeat(10 + width)
  const room = Math.max(20, columns - indent.length)
  const parts = [...Map.groupBy(checks, ({ part }) => part)].flatMap(([part, lines]) => [
    colors.bold(part),
    ...lines.flatMap(({ detail, name, remedy, state }) => {
      const [first = "", ...rest] = wrap(plain(detail), room)
      // A command stays on one line: it is there to be copied.
      const mend = remedy === null ? [] : [`${indent}${colors.bold("mend it:")} ${plain(remedy)}`]
      return [`${mark[state]}  ${name.padEnd(width)}  ${first}`, ...rest.map((line) => `${indent}${line}`), ...mend]
    }),
  ])
  const failed = checks.filter(({ state }) => state === "failed")
  return [
    ...parts,
    "",
    failed.length === 0
      ? colors.green("Everything that Loom needs is here.")
      : colors.red(`${failed.length} of ${checks.length} failed: ${failed.map(({ name }) => name).join(", ")}`),
  ]
}
