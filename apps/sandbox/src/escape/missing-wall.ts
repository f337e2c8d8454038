import type { SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { expect } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

/** A directory for programs that stand in for real ones; everybody may enter it, as the programs behind the walls must. */
const withPrograms = async <A>(programs: Readonly<Record<string, string>>, use: (dir: string) => Promise<A>): Promise<A> => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "loom-programs-"))
  fs.chmodSync(dir, 0o755)
  try {
    for (const [name, script] of Object.entries(programs)) fs.writeFileSync(path.join(dir, name), script, { mode: 0o755 })
    return await use(dir)
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

const which = (program: string): string =>
  ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((dir) => path.join(dir, program)).find((file) => fs.existsSync(file)) ??
  program

/** bubblewrap with its arguments edited by perl: `@a` holds them, `--option value` in a row. */
const editedBwrap = (edit: string): string => `#!/usr/bin/perl
open(my $in, "<&=", 4); my @a = split /\\0/, do { local $/; <$in> };
splice @ARGV, 0, 2;
${edit}
exec "${which("bwrap")}", @a, @ARGV;
`
const editedProgram = (program: string, edit: string): string => `#!/usr/bin/perl
${edit}
exec "${which(program)}", @ARGV;
`

export type Fake = { readonly bwrap: string } | { readonly program: string; readonly edit: string }

/** Starts a daemon with a program that quietly leaves something out, and gives what it says of itself. */
const withFake = (fake: Fake, config: Parameters<typeof startTestDaemon>[0], use: (daemon: TestDaemon) => Promise<void>): Promise<void> => {
  const programs = "bwrap" in fake ? { bwrap: editedBwrap(fake.bwrap) } : { [fake.program]: editedProgram(fake.program, fake.edit) }
  return withPrograms(programs, async (dir) => {
    const before = process.env["PATH"]
    process.env["PATH"] = `${dir}:${before}`
    let daemon: TestDaemon | undefined
    try {
      daemon = await startTestDaemon({ ...config, ...("bwrap" in fake ? { bwrap: path.join(dir, "bwrap") } : {}) })
      await use(daemon)
    } finally {
      process.env["PATH"] = before
      await daemon?.stop()
    }
  })
}

/** Expects that a wall's absence is found out: problem, not ready, no session, one command. Answers what was said. */
export const foundOut = async (wall: string, daemon: TestDaemon): Promise<string> => {
  const capabilities = (await (await daemon.request("GET", "/v1/capabilities")).json()) as SandboxdCapabilities
  expect(capabilities.ready).toBe(false)
  const problem = capabilities.problems.find(({ code }) => code === wall)
  expect(capabilities.problems.map(({ code }) => code)).toContain(wall)
  expect(Object.entries(capabilities.enforced).find(([name]) => name === wall)?.[1] ?? false).toBe(false)
  const refused = await daemon.request("POST", "/v1/sessions", { id: "x", egress: { gateways: [], registries: [] }, reapAfterMs: 1000 })
  expect([refused.status, (await daemon.problemOf(refused)).code]).toEqual([503, "isolation_missing"])
  expect(problem?.remedy).not.toBe("")
  return `${problem?.detail}; mend it: ${problem?.remedy}`
}

export const leavesOut = async (wall: string, fake: Fake, config: Parameters<typeof startTestDaemon>[0] = {}): Promise<string> => {
  let said = ""
  await withFake(fake, config, async (daemon) => {
    said = await foundOut(wall, daemon)
  })
  return said
}

/** As `leavesOut`, of something that may be missing: what is enforced instead must be said, and hold. */
export const doesWithout = (
  fake: Fake,
  config: Parameters<typeof startTestDaemon>[0],
  check: (daemon: TestDaemon, enforced: SandboxdCapabilities["enforced"]) => Promise<void>,
): Promise<void> =>
  withFake(fake, config, async (daemon) => {
    const capabilities = (await (await daemon.request("GET", "/v1/capabilities")).json()) as SandboxdCapabilities
    expect(capabilities.problems).toEqual([])
    await check(daemon, capabilities.enforced)
  })
