import fs from "node:fs"

const INTERVAL_MS = 150
const PAGE_BYTES = 4096

/** Parent and resident bytes of every process, from /proc. */
const processes = (): ReadonlyMap<number, { readonly parent: number; readonly bytes: number }> => {
  const all = new Map<number, { parent: number; bytes: number }>()
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8")
      // The command may hold spaces and parentheses: fields count from the last one. 4 is ppid, 24 is rss in pages.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      all.set(Number(name), { parent: Number(fields[1]), bytes: Number(fields[21]) * PAGE_BYTES })
    } catch {}
  }
  return all
}

/** `root` and everything below it. */
export const descendants = (root: number, all = processes()): ReadonlyArray<number> => {
  const children = new Map<number, Array<number>>()
  for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid])
  const found: Array<number> = []
  const queue = [root]
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    found.push(pid)
    queue.push(...(children.get(pid) ?? []))
  }
  return found
}

/** Stands in for the memory cgroup: kills a tree whose resident memory exceeds `limitBytes`. Slower, and blind to tmpfs. */
export const watchMemory = (root: number, limitBytes: number, kill: () => void) => {
  let exceeded = false
  const timer = setInterval(() => {
    const all = processes()
    const bytes = descendants(root, all).reduce((sum, pid) => sum + (all.get(pid)?.bytes ?? 0), 0)
    if (bytes > limitBytes) {
      exceeded = true
      kill()
    }
  }, INTERVAL_MS)
  return { stop: () => clearInterval(timer), exceeded: () => exceeded }
}
