// The law: types, Effect diagnostics, lint, dead code, format. All are run, also after one failed.
import { spawnSync } from "node:child_process"

/** Each step is a program of node_modules/.bin with its arguments. */
export const checkSteps = [
  { name: "types", command: ["tsc", "-p", "tsconfig.json", "--noEmit"] },
  // The Worker alone sees workerd's types instead of the DOM's.
  { name: "types (worker)", command: ["tsc", "-p", "apps/worker/tsconfig.json", "--noEmit"] },
  { name: "effect", command: ["effect-tsgo", "diagnostics", "--project", "tsconfig.json"] },
  { name: "lint", command: ["oxlint"] },
  { name: "dead code", command: ["knip"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
]

/** @returns {number} the exit code: 0 when every step passed */
export const runCheck = (root, env, steps = checkSteps, write = (text) => process.stdout.write(text)) => {
  const failed = []
  for (const { name, command } of steps) {
    const [program = "", ...args] = command
    const startedAt = Date.now()
    const result = spawnSync(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 256 * 1024 * 1024 })
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)
    const ok = result.status === 0
    write(`${ok ? "ok    " : "FAILED"} ${name.padEnd(15)} ${seconds} s\n`)
    if (ok) continue
    failed.push(name)
    const output = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`
    write(`${output.trimEnd()}\n`)
  }
  write(failed.length === 0 ? "check passed\n" : `check failed: ${failed.join(", ")}\n`)
  return failed.length === 0 ? 0 : 1
}
