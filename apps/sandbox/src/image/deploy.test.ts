import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, describe, expect, it } from "vitest"

const home = fs.mkdtempSync(path.join(os.tmpdir(), "loom-deploy-"))
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

/** What a deployer runs, without the deploying. */
const dryRun = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, "deploy.ts"), "--dry-run", `--outdir=${home}/out`, ...args], {
    encoding: "utf8",
    timeout: 110_000,
    env: {
      ...process.env,
      CI: "true",
      NO_COLOR: "1",
      XDG_CONFIG_HOME: home,
      WRANGLER_LOG_PATH: home,
      WRANGLER_SEND_METRICS: "false",
      // One that is not there, as on a machine without Docker.
      DOCKER_HOST: `unix://${home}/no.sock`,
      WRANGLER_DOCKER_BIN: path.join(home, "no-docker"),
    },
  })

describe("wrangler deploy --dry-run", () => {
  fs.mkdirSync(path.join(import.meta.dirname, "../../../../apps/web/dist"), { recursive: true })

  it("takes the configuration with its container, also without a Docker engine", () => {
    const { status, stdout, stderr } = dryRun("--containers-rollout=none")
    expect([status, stderr]).toEqual([0, expect.anything()])
    expect(stdout).toContain("- SandboxObject (durable_object)")
    expect(stdout).toContain("env.SANDBOX (SandboxObject)")
  }, 300_000)

  it("asks for an engine, or a pushed image, when it is to build one", () => {
    const { status, stderr, stdout } = dryRun()
    expect(status).not.toBe(0)
    expect(`${stdout}${stderr}`).toMatch(/Docker CLI is needed[\s\S]*prebuilt registry image/)
  }, 300_000)
})
