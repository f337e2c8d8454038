import { execFile } from "node:child_process"
import { promisify } from "node:util"

const run = promisify(execFile)
const env = { PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/bin` }
const quietly = async (program: string, args: ReadonlyArray<string>): Promise<boolean> => {
  try {
    await run(program, [...args], { env, maxBuffer: 65_536, signal: AbortSignal.timeout(120_000) })
    return true
  } catch {
    return false
  }
}

/**
 * Removes what foreign code left, with `rm` and not with Node: it goes from directory to directory by descriptor, so that no path is
 * too long for it and no symlink leads it away. Directories without rights stop only those who are not root.
 */
export const removeFiles = async (paths: ReadonlyArray<string>): Promise<void> => {
  if (paths.length === 0 || (await quietly("rm", ["-rf", "--one-file-system", "--", ...paths]))) return
  await quietly("chmod", ["-R", "u+rwX", "--", ...paths])
  await quietly("rm", ["-rf", "--one-file-system", "--", ...paths])
}

/** Removes what is in `dirs`, but not them: they may be mount points. With `uid` only its own entries. */
export const emptyDirs = async (dirs: ReadonlyArray<string>, uid: number | null): Promise<void> => {
  const own = uid === null ? [] : ["-uid", String(uid)]
  const find = () =>
    quietly("find", [...dirs, "-mindepth", "1", "-maxdepth", "1", ...own, "-exec", "rm", "-rf", "--one-file-system", "--", "{}", "+"])
  if (await find()) return
  await quietly("find", [...dirs, "-mindepth", "1", "-maxdepth", "1", ...own, "-exec", "chmod", "-R", "u+rwX", "--", "{}", "+"])
  await find()
}
