import type { ExecReason } from "@loom/core/domain/SandboxProtocol"
import { expect } from "vitest"
import { inTime } from "../../testing/in-time.ts"
import type { Attack, TestSession } from "../Attack.ts"

const python = (code: string): ReadonlyArray<string> => ["python3", "-c", `import os,sys,time\nbegan=time.monotonic()\n${code}`]
/** Python that says, once, that it is at the limit. */
const SAY = `
said=False
def at_limit():
  global said
  if said: return
  said=True
  os.write(2, b"limit %d\\n" % ((time.monotonic()-began)*1000))`

/** Runs a bomb, and asserts why and how soon it ended, and that the session goes on. */
const bomb = async (
  session: TestSession,
  argv: string | ReadonlyArray<string>,
  reason: ExecReason,
  options: Record<string, unknown> = {},
) => {
  const lateOf = ({ err, exit }: Awaited<ReturnType<TestSession["exec"]>>) => {
    const said = /^limit (\d+)$/m.exec(err)?.[1]
    return said === undefined ? null : exit.ms - Number(said)
  }
  const clear = "rm -rf /tmp/fill* /dev/shm/fill* ~/fill* fill* 2>/dev/null; echo alive"
  const ran = await inTime(async () => {
    const tried = await session.exec(argv, { maxOutputBytes: 200_000, onOutputLimit: "truncate", timeoutMs: 30_000, ...options })
    expect(tried.exit).toMatchObject({ reason, code: null })
    expect((await session.exec(clear)).out).toBe("alive\n")
    return tried
  }, lateOf)
  const late = lateOf(ran)
  const { ms, detail } = ran.exit
  return `${reason}${late === null ? ` after ${ms} ms` : `, ${late} ms after the limit`}${detail === null ? "" : `: ${detail}`}`
}

/** Writes files of 8 MiB below `dir` (an expression of Python) until it is full, and then goes on trying. */
const fill = (dir: string) =>
  python(`${SAY}
block=bytes(1<<20)
for i in range(10**9):
  try:
    with open(${dir} + "/fill%d" % (i % 100000), "ab") as f:
      for _ in range(8): f.write(block)
  except OSError: at_limit(); time.sleep(0.001)`)

export const forkBombs: ReadonlyArray<Attack> = [
  {
    group: 1,
    name: "fork bomb of a shell",
    run: async ({ session }) => ({
      by: "limit on processes",
      evidence: await bomb(session, "bomb() { bomb | bomb & }; bomb; sleep 60", "pids"),
    }),
  },
  {
    group: 1,
    name: "fork bomb that never waits",
    run: async ({ session }) => ({
      by: "limit on processes",
      evidence: await bomb(session, ["perl", "-e", "fork while 1"], "pids"),
    }),
  },
  {
    group: 1,
    name: "fork bomb whose parents end at once",
    run: async ({ session }) => ({
      by: "limit on processes",
      evidence: await bomb(session, "perl -e 'for (;;) { my $p = fork; fork; exit if $p && rand() < 0.3 }' & sleep 60", "pids"),
    }),
  },
  {
    group: 1,
    name: "threads without end",
    run: async ({ session }) => ({
      by: "limit on processes",
      evidence: await bomb(
        session,
        python(`${SAY}
import threading
while True:
  try: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
  except RuntimeError: at_limit()`),
        "pids",
      ),
    }),
  },
]

export const memoryBombs: ReadonlyArray<Attack> = [
  {
    group: 2,
    name: "one program that takes it all",
    run: async ({ session }) => ({
      by: "limit on memory",
      evidence: await bomb(session, python("x=bytearray(2<<30); time.sleep(60)"), "oom"),
    }),
  },
  {
    group: 2,
    name: "many programs, started again and again",
    run: async ({ session }) => ({
      by: "limit on memory",
      evidence: await bomb(
        session,
        "while :; do for i in 1 2 3 4 5 6; do python3 -c 'x=bytearray(100<<20); import time; time.sleep(5)' & done; wait; done",
        "oom",
      ),
    }),
  },
]

/** Memory that no process has mapped: only the kernel's own count sees it. */
export const unmappedMemory: ReadonlyArray<Attack> = [
  {
    group: 2,
    name: "memory behind descriptors (memfd, System V)",
    // As the run of the container says: it is the platform that counts there, or nobody.
    run: async ({ session }) => ({
      by: "limit on memory",
      evidence: await bomb(
        session,
        python(`fds=[]
block=bytes(1<<20)
while True:
  fd=os.memfd_create("fill"); fds.append(fd)
  for _ in range(16): os.write(fd, block)`),
        "oom",
      ),
    }),
  },
]

export const timeBombs: ReadonlyArray<Attack> = [
  {
    group: 3,
    name: "four busy loops",
    run: async ({ session }) => {
      const loops = "for i in 1 2 3 4; do (trap '' TERM INT HUP; while :; do :; done) & done; wait"
      const ran = await inTime(
        () => session.exec(loops, { timeoutMs: 500 }),
        ({ exit }) => exit.ms - 500,
      )
      expect(ran.exit).toMatchObject({ reason: "timeout", code: null })
      return { by: "wall clock", evidence: `timeout, ${ran.exit.ms - 500} ms late` }
    },
  },
  {
    group: 3,
    name: "stopped and sleeping processes that ignore signals",
    run: async ({ session }) => {
      const deaf = "(trap '' TERM INT; kill -STOP $BASHPID) & setsid sh -c 'trap \"\" TERM; sleep 600' & sleep 600"
      const ran = await inTime(
        () => session.exec(deaf, { timeoutMs: 400 }),
        ({ exit }) => exit.ms - 400,
      )
      expect(ran.exit).toMatchObject({ reason: "timeout", code: null })
      return { by: "SIGKILL of the tree", evidence: `timeout, ${ran.exit.ms - 400} ms late` }
    },
  },
]

export const diskBombs: ReadonlyArray<Attack> = [
  ...(
    [
      ["the workspace", "'.'"],
      ["home", "os.environ['HOME']"],
      ["/tmp", "'/tmp'"],
      ["/dev/shm", "'/dev/shm'"],
    ] as const
  ).map(([name, dir]): Attack => ({
    group: 6,
    name: `${name} filled, and every error swallowed`,
    run: async ({ session }) => ({
      by: "limit on the disk",
      evidence: await bomb(session, fill(dir), "disk_full"),
    }),
  })),
  {
    group: 6,
    name: "files without content, until none can be made",
    run: async ({ session }) => ({
      by: "limit on files",
      evidence: await bomb(
        session,
        python(`${SAY}
os.mkdir("fill")
for i in range(10**9):
  try: os.close(os.open("fill/%d" % i, os.O_CREAT|os.O_WRONLY))
  except OSError: at_limit()`),
        "disk_full",
      ),
    }),
  },
  {
    group: 6,
    name: "a file that grows past the size of a single one",
    run: async ({ session }) => {
      const ran = await session.exec("head -c 100M /dev/zero > fill")
      expect(ran.exit).toMatchObject({ reason: "disk_full", signal: "SIGXFSZ" })
      await session.exec("rm -f fill")
      return { by: "RLIMIT_FSIZE", evidence: ran.exit.detail ?? "" }
    },
  },
  {
    group: 6,
    name: "a file without a name fills the disk",
    run: async ({ session }) => ({
      by: "limit on the disk",
      evidence: await bomb(
        session,
        python(`${SAY}
block=bytes(1<<20); fds=[]
for i in range(6):
  fds.append(os.open("fill", os.O_CREAT|os.O_WRONLY)); os.unlink("fill")
while True:
  for fd in fds:
    try:
      if os.lseek(fd, 0, 1) < 30<<20: os.write(fd, block)
      else: at_limit()
    except OSError: at_limit()`),
        "disk_full",
      ),
    }),
    // In a container `du` does not see it: it may take what the machine can spare.
    isolators: ["bubblewrap"],
  },
]

export const descriptors: ReadonlyArray<Attack> = [
  {
    group: 15,
    name: "open files without end, in many processes",
    run: async ({ session, daemon }) => {
      const ran = await session.exec(
        python(`n=0
for _ in range(20):
  if os.fork()==0: break
try:
  while True: os.open("/dev/null", os.O_RDONLY); n+=1
except OSError as error: print(n, error.errno)
time.sleep(0.3)`),
      )
      expect(ran.exit.reason).toBe(null)
      const counts = ran.out.trim().split("\n")
      expect(counts.every((line) => /^\d{1,3} 24$/.test(line))).toBe(true)
      expect((await daemon.request("GET", "/v1/capabilities")).status).toBe(200)
      return { by: "RLIMIT_NOFILE", evidence: `EMFILE in ${counts.length} processes` }
    },
  },
  {
    group: 15,
    name: "arguments, environment and input that are too large",
    run: async ({ session, daemon }) => {
      const refused = await Promise.all(
        [{ argv: ["echo", "x".repeat(3_000_000)] }, { env: { LONG: "x".repeat(200_000) } }, { stdin: "x".repeat(40_000_000) }].map((body) =>
          session.start("true", body),
        ),
      )
      const codes = await Promise.all(refused.map(async (response) => (await daemon.problemOf(response)).code))
      expect(codes).toEqual(["invalid_request", "invalid_request", "body_too_large"])
      const large = await session.exec(["wc", "-c"], { stdin: "x".repeat(20_000_000) })
      expect(large.out).toBe("20000000\n")
      return { by: "bounds of the protocol", evidence: codes.join(", ") }
    },
  },
]
