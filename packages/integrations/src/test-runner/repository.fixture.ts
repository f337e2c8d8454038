import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

export interface Repository {
  readonly root: string
  readonly home: string
  readonly remove: () => void
}

/** A git repository of the given files in a temporary folder. `modules` is linked as its node_modules. */
export const repository = (files: Readonly<Record<string, string>>, modules?: string): Repository => {
  const parent = mkdtempSync(join(tmpdir(), "loom-runner-"))
  const root = join(parent, "workspace")
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], { cwd: root, stdio: "pipe" })
  git("init", "-q", "-b", "main")
  git("add", "-A")
  git("commit", "-q", "-m", "base")
  if (modules !== undefined) symlinkSync(modules, join(root, "node_modules"))
  return { root, home: join(parent, "home"), remove: () => rmSync(parent, { recursive: true, force: true }) }
}
