import { spawn, type ChildProcess } from "node:child_process"
import fs from "node:fs"
import { constants } from "node:os"
import type { Readable, Writable } from "node:stream"
import type { ExecCgroup } from "./cgroup.ts"
import type { BoxProcess, Launch, LimitHit, Limits, MainExit } from "./Isolator.ts"
import { contentFd, inheritedFds, type FifoPool } from "./stdio.ts"

export interface SpawnTree {
  readonly launch: Launch
  readonly limits: Limits
  readonly cgroup: ExecCgroup | null
  readonly fifos: FifoPool
  /** Where the short-lived stdin files go. */
  readonly scratchDir: string
  /** What builds the walls (nsenter, bwrap, setpriv); the program is appended. Its descriptors: 3 seccomp, 4 arguments. */
  readonly walls: ReadonlyArray<string>
  readonly seccompFile?: string
  readonly wallArguments?: ReadonlyArray<string>
  /** Kills what `cgroup.kill` and the process group do not reach; resolves when that is dead. Never rejects. */
  readonly killRest: () => Promise<void>
  /** Counts the kernel's kills for memory where there is no cgroup to ask. */
  readonly oomCounter?: OomCounter
}

/** `own`: it counts no kills but this session's. Any other is believed only when the main program died of SIGKILL. */
export interface OomCounter {
  readonly own: boolean
  readonly count: () => number
}

/**
 * Runs behind the walls, as the innermost step: says on descriptor 5 that they stand, then becomes the program. With `keep` it stays
 * as the namespace's first process, so that what the program left behind lives on.
 */
const INNER = `keep=$1; shift; exec 3<&- 4<&-
echo started >&5
cd -- "$1" || exit 125
shift; unset OLDPWD
if [ "$keep" = 0 ]; then exec 5>&-; exec "$@"; fi
(exec 5>&-; exec "$@")
echo "exit $?" >&5
exec sleep infinity </dev/null >/dev/null 2>&1 5>&-`

/** Runs before the walls, still with the daemon's rights: cgroups and limits are inherited from here. */
const outer = (tree: SpawnTree): string =>
  [
    ...leaked.map((fd) => `exec ${fd}>&-`),
    ...(tree.cgroup?.joinFiles.map((file) => `echo 0 > '${file}'`) ?? []),
    "echo 1000 > /proc/self/oom_score_adj",
    "ulimit -c 0",
    `ulimit -n ${tree.limits.openFiles}`,
    `ulimit -f ${Math.ceil(tree.limits.fileBytes / blockBytes)}`,
    'exec "$@"',
  ].join(" && ")

const leaked = inheritedFds()
/**
 * dash, the small one, cannot name a descriptor above 9. bash counts file sizes in KiB, and would read root's .bashrc when its input is
 * a socket, taking itself for the child of rshd.
 */
const [shell, ...shellOptions] = leaked.some((fd) => fd > 9) ? (["/bin/bash", "--norc"] as const) : (["/bin/sh"] as const)
const blockBytes = shell === "/bin/bash" ? 1024 : 512

export const spawnTree = async (tree: SpawnTree): Promise<BoxProcess> => {
  const { launch, cgroup } = tree
  const [out, err] = await Promise.all([tree.fifos.take(), tree.fifos.take()])
  const stdinFd = Buffer.isBuffer(launch.stdin) ? contentFd(tree.scratchDir, launch.stdin) : null
  const seccompFd = tree.seccompFile === undefined ? null : fs.openSync(tree.seccompFile, "r")
  const stdin = stdinFd ?? (launch.stdin === "pipe" ? "pipe" : "ignore")
  const oomBefore = tree.oomCounter?.count() ?? 0
  const program = ["/bin/sh", "-c", INNER, "sh", launch.keepRunning ? "1" : "0", launch.cwd, ...launch.argv]
  let child: ChildProcess
  try {
    child = spawn(shell, [...shellOptions, "-c", outer(tree), "sh", ...tree.walls, ...program], {
      env: { PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: [stdin, out.writerFd, err.writerFd, seccompFd ?? "ignore", tree.wallArguments ? "pipe" : "ignore", "pipe"],
      detached: true,
    })
  } finally {
    for (const fd of [out.writerFd, err.writerFd, stdinFd, seccompFd]) if (fd !== null) fs.closeSync(fd)
  }
  const pipes = child.stdio as unknown as ReadonlyArray<(Readable & Writable) | null>
  for (const pipe of pipes) pipe?.on("error", () => undefined)
  if (tree.wallArguments) pipes[4]?.end(tree.wallArguments.map((argument) => `${argument}\0`).join(""))

  const killTree = (): Promise<void> => {
    cgroup?.kill()
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    } catch {}
    return tree.killRest()
  }
  let over = false
  let hit: LimitHit | null = null
  const kill = () => {
    over = true
    void killTree()
  }
  const { main, left } = follow(child, pipes[5] ?? null)
  let sigkilled = false
  void main.then(({ code }) => {
    sigkilled = code === 128 + constants.signals.SIGKILL && !over
    over = true
  })
  const counters = { oomKills: 0, pidsRefused: 0 }
  const sample = () => {
    const oomKills = cgroup?.oomKills() ?? (tree.oomCounter?.own === true || sigkilled ? (tree.oomCounter?.count() ?? 0) - oomBefore : 0)
    counters.oomKills = Math.max(counters.oomKills, oomKills)
    counters.pidsRefused = Math.max(counters.pidsRefused, cgroup?.pidsRefused() ?? 0)
    return counters
  }
  const gone = left.then(async () => {
    await killTree()
    // The outer process may end before the namespace's first one, with which all others die.
    await cgroup?.emptied()
    sample()
    void cgroup?.remove()
  })
  return {
    pid: child.pid ?? null,
    stdin: launch.stdin === "pipe" ? (pipes[0] ?? null) : null,
    stdout: out.reader,
    stderr: err.reader,
    main,
    gone,
    kill,
    end: (limit) => {
      if (!over) hit = limit
      kill()
    },
    hit: () => hit,
    counts: sample,
  }
}

/** So long the status line is waited for after an exit; nothing but a first process that was left behind can hold its pipe open. */
const STATUS_MS = 500

/** Reads the status lines of `INNER`. `left` resolves when the first process of the tree has ended. */
const follow = (child: ChildProcess, status: Readable | null): { main: Promise<MainExit>; left: Promise<void> } => {
  let started = false
  let text = ""
  const main = Promise.withResolvers<MainExit>()
  const left = Promise.withResolvers<void>()
  status?.setEncoding("utf8").on("data", (chunk: string) => {
    if (text.length > 256) return
    text += chunk
    started ||= text.includes("started\n")
    const code = /^exit (\d+)\n/m.exec(text)?.[1]
    if (code !== undefined) main.resolve({ code: Number(code), started: true })
  })
  child.once("error", () => (main.resolve({ code: null, started: false }), left.resolve()))
  // `close` would wait for the descriptors of daemons; `exit` may come before the status line was read.
  // Without a first process around it the program's own signal comes here: told as a shell would.
  child.once("exit", (code, signal) => {
    const settle = () => {
      main.resolve({ code: code ?? (signal === null ? null : 128 + constants.signals[signal]), started })
      left.resolve()
    }
    if (started || status === null || status.readableEnded) return void setImmediate(settle)
    // The line is in the pipe, or will never be: its end says which.
    const late = setTimeout(settle, STATUS_MS)
    status.once("close", () => {
      clearTimeout(late)
      settle()
    })
  })
  return { main: main.promise, left: left.promise }
}
