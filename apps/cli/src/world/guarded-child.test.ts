import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { spawnGuarded } from "./guarded-child.ts"
import { isAlive } from "./WorldDirectory.ts"

const withDirectory = async (work: (directory: string) => Promise<void>) => {
  const directory = mkdtempSync(join(tmpdir(), "loom-child-"))
  try {
    await work(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A shell that starts a grandchild, names it, and waits. */
const family = "sleep 600 & echo $!; wait"

const startFamily = async (directory: string) => {
  const named = Promise.withResolvers<number>()
  const child = await spawnGuarded({
    command: "/bin/sh",
    args: ["-c", family],
    cwd: directory,
    env: { PATH: process.env["PATH"] ?? "" },
    logFile: join(directory, "log"),
    onLine: (line) => named.resolve(Number(line)),
  })
  return { child, grandchild: await named.promise }
}

describe("guarded child", () => {
  it("is killed together with its own children", () =>
    withDirectory(async (directory) => {
      const { child, grandchild } = await startFamily(directory)
      assert.isTrue(isAlive(grandchild))
      await child.kill()
      await until(() => !isAlive(grandchild))
      assert.deepStrictEqual(child.endedWith(), { code: null, signal: "SIGKILL" })
    }))

  it("is asked first, and what it leaves behind is killed", () =>
    withDirectory(async (directory) => {
      const { child, grandchild } = await startFamily(directory)
      await child.stop(10_000)
      await until(() => !isAlive(grandchild))
      assert.deepStrictEqual(child.endedWith(), { code: null, signal: "SIGTERM" })
    }))

  it("keeps what it printed", () =>
    withDirectory(async (directory) => {
      const child = await spawnGuarded({
        command: "/bin/sh",
        args: ["-c", "echo out; printf '\\033[31merr\\033[0m\\n' >&2; exit 3"],
        cwd: directory,
        env: {},
        logFile: join(directory, "log"),
      })
      assert.strictEqual((await child.ended).code, 3)
      await until(() => child.log.tail(5).includes("err"))
      assert.deepStrictEqual(child.log.tail(5).split("\n").toSorted(), ["err", "out"])
      await child.stop(0)
    }))

  it("does not outlive its parent, not even a killed one", () =>
    withDirectory(async (directory) => {
      const module = new URL("./guarded-child.ts", import.meta.url).href
      const script = `
        const { spawnGuarded } = await import(${JSON.stringify(module)})
        await spawnGuarded({ command: "/bin/sh", args: ["-c", ${JSON.stringify(family)}], cwd: "/", env: { PATH: process.env.PATH },
          logFile: ${JSON.stringify(join(directory, "log"))}, onLine: (line) => console.log(line) })`
      const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] })
      const [chunk] = await once(parent.stdout, "data")
      const grandchild = Number(String(chunk))
      assert.isTrue(isAlive(grandchild))
      parent.kill("SIGKILL")
      await until(() => !isAlive(grandchild))
    }))

  it("rejects when the program is not there", () =>
    withDirectory(async (directory) => {
      const error = await spawnGuarded({
        command: "/no/such/program",
        args: [],
        cwd: directory,
        env: {},
        logFile: join(directory, "log"),
      }).catch((cause: unknown) => cause)
      assert.match(String(error), /ENOENT/)
    }))
})
