import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, it } from "vitest"
import { isWhole, readSnapshot, snapshotScript } from "./Snapshot.ts"

const folder = mkdtempSync(join(tmpdir(), "loom-snapshot-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const look = (files: Readonly<Record<string, string>>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder })
  git("init", "-q")
  git("add", "-A")
  git("commit", "-q", "--allow-empty", "-m", "as it is")
  const output = execFileSync("bash", ["-c", snapshotScript("b0undary")], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  assert.isTrue(isWhole("b0undary", output))
  return readSnapshot("b0undary", output)
}

it("knows all that an install depends on by its content, at the top and below, and nothing else but the whole", () => {
  const manifests = {
    "package.json": "{}",
    "package-lock.json": "{}",
    ".npmrc": "",
    "pyproject.toml": "",
    "requirements/dev.txt": "a",
    "patches/left-pad.patch": "x",
    "packages/a/package.json": '{"name":"a"}',
  }
  const before = look({ ...manifests, "src/index.js": "1", "my-package.json.md": "no manifest" }).digests
  assert.sameMembers([...before.keys()], [".", ...Object.keys(manifests)])

  const after = look({ "package.json": '{"dependencies":{"is-number":"7.0.0"}}', "src/index.js": "2" }).digests
  const changed = [...before].filter(([path, digest]) => after.get(path) !== digest).map(([path]) => path)
  assert.sameMembers(changed, [".", "package.json"])
})

it("asks every tool for its version, and runs nothing of the repository for it", () => {
  const { tools } = look({
    "pytest.py": "open('ran', 'w')",
    "pip.py": "open('ran', 'w')",
    "package.json": '{"packageManager":"pnpm@1.0.0"}',
  })
  const versionOf = (program: string) => execFileSync(program, ["--version"], { cwd: "/", encoding: "utf8" }).trim()
  for (const program of ["node", "npm", "python3"]) assert.strictEqual(tools.get(program), versionOf(program), program)
  assert.strictEqual(tools.get("arch"), execFileSync("uname", ["-m"], { encoding: "utf8" }).trim())
  assert.isFalse(existsSync(join(folder, "ran")))
})
