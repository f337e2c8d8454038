import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { expect, it } from "vitest"
import { withinContainer } from "./container-pids.ts"

/** What a container sees of its cgroup. */
const mountWith = (file: string, content: string): string => {
  const mount = fs.mkdtempSync(path.join(os.tmpdir(), "loom-cgroup-"))
  fs.mkdirSync(path.dirname(path.join(mount, file)), { recursive: true })
  fs.writeFileSync(path.join(mount, file), content)
  return mount
}

it.each([
  ["pids.max", "512\n", 448],
  ["pids/pids.max", "512\n", 448],
  ["pids.max", "max\n", 2048],
  ["pids.max", "100000\n", 2048],
  ["pids.max", "40\n", 16],
  ["other", "", 2048],
])("a session's processes stay below the container's: %s %j", (file, content, expected) => {
  const mount = mountWith(file, content)
  expect(withinContainer(2048, mount)).toBe(expected)
  fs.rmSync(mount, { recursive: true })
})
