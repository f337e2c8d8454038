// One bootstrap installs at a time: `npm start` and `npm test` in two terminals must not write one node_modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === "EPERM"
  }
}

/** Takes the lock file or answers the process that holds it. A holder that died does not hold. */
export const tryLock = (file, pid = process.pid) => {
  for (;;) {
    try {
      writeFileSync(file, String(pid), { flag: "wx" })
      return { taken: true }
    } catch (error) {
      if (error.code !== "EEXIST") throw error
    }
    const holder = readHolder(file)
    if (holder === undefined) continue
    if (isAlive(holder)) return { taken: false, holder }
    rmSync(file, { force: true })
  }
}

const readHolder = (file) => {
  try {
    return Number(readFileSync(file, "utf8"))
  } catch (error) {
    if (error.code === "ENOENT") return undefined
    throw error
  }
}

export const withInstallLock = async (root, say, work) => {
  mkdirSync(join(root, ".tools"), { recursive: true })
  const file = join(root, ".tools", "install.lock")
  let told = false
  for (;;) {
    const lock = tryLock(file)
    if (lock.taken) break
    if (!told) say(`waiting for process ${lock.holder}, which installs what is missing`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
