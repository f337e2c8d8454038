import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { SMALL_LIMITS } from "../battlefield.ts"
import { doesWithout, foundOut, leavesOut, type Fake } from "../missing-wall.ts"
import { startTestDaemon } from "../../testing/daemon.ts"

const without = (option: string, values: number) =>
  `for (my $i = 0; $i < @a; $i++) { splice @a, $i--, ${values + 1} if $a[$i] eq "${option}" }`

const fakes: ReadonlyArray<{ readonly name: string; readonly wall: string; readonly fake: Fake }> = [
  { name: "without a seccomp filter", wall: "seccomp", fake: { bwrap: without("--seccomp", 1) } },
  { name: "their capabilities", wall: "capabilities", fake: { bwrap: `${without("--cap-drop", 1)} push @a, "--cap-add", "ALL";` } },
  { name: "the host's processes", wall: "processes", fake: { bwrap: without("--unshare-pid", 0) } },
  { name: "the host's System V objects", wall: "ipc", fake: { bwrap: without("--unshare-ipc", 0) } },
  { name: "the host's name", wall: "uts", fake: { bwrap: `${without("--unshare-uts", 0)} ${without("--hostname", 1)}` } },
  { name: "the host's cgroups", wall: "cgroup", fake: { bwrap: without("--unshare-cgroup", 0) } },
  { name: "a root that can be written to", wall: "filesystem", fake: { bwrap: without("--remount-ro", 1) } },
  { name: "the host's network", wall: "network", fake: { program: "nsenter", edit: "@ARGV = grep { !/^--net=/ } @ARGV;" } },
]

const directories = () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loom-missing-"))
  fs.chmodSync(root, 0o755)
  const container = {
    inside: true,
    workspaceDir: path.join(root, "workspace"),
    homeDir: path.join(root, "home"),
    uid: 200_000 + process.pid,
  }
  return { container, [Symbol.dispose]: () => fs.rmSync(root, { recursive: true, force: true }) }
}

/** Group 20: a wall that is not there is found out at start, and nothing runs. */
export const missingWalls: ReadonlyArray<Attack> = [
  ...fakes.map(({ name, wall, fake }): Attack => ({
    group: 20,
    name: `a host whose tools leave programs ${name}`,
    isolators: ["bubblewrap"],
    run: async () => ({ by: "probe at start", evidence: await leavesOut(wall, fake) }),
  })),
  {
    group: 20,
    name: "a host without bubblewrap",
    isolators: ["bubblewrap"],
    run: async () => {
      const daemon = await startTestDaemon({ bwrap: "/nowhere/bwrap" })
      try {
        return { by: "probe at start", evidence: await foundOut("program_missing", daemon) }
      } finally {
        await daemon.stop()
      }
    },
  },
  {
    group: 20,
    name: "a kernel that grants no user namespace",
    isolators: ["bubblewrap"],
    run: async () => {
      // What unshare(1) says where user.max_user_namespaces is 0; the real switch is the whole machine's.
      const edit = 'print STDERR "unshare: unshare failed: No space left on device\\n"; exit 1;'
      return { by: "probe at start", evidence: await leavesOut("user_namespaces", { program: "unshare", edit }) }
    },
  },
  {
    group: 20,
    name: "a host that cannot make disk images",
    isolators: ["bubblewrap"],
    run: async () => {
      let said: unknown
      await doesWithout({ program: "mkfs.ext4", edit: "exit 1;" }, {}, async (daemon, enforced) => {
        said = enforced["disk"]
        const session = await daemon.open({ limits: SMALL_LIMITS })
        expect((await session.exec("echo works > f; cat f")).out).toBe("works\n")
        await session.close()
      })
      expect(said).not.toBe("image")
      return { by: "said in the capabilities", evidence: `disk: ${JSON.stringify(said)}, and work goes on` }
    },
  },
  ...[
    { name: "root", wall: "uid", edit: "@ARGV = grep { !/^--(re[ug]id|clear-groups|groups)/ } @ARGV;" },
    { name: "a bounding set of capabilities", wall: "capabilities", edit: "@ARGV = grep { !/^--bounding-set/ } @ARGV;" },
  ].map(({ name, wall, edit }): Attack => ({
    group: 20,
    name: `a container whose setpriv leaves ${name}`,
    isolators: ["container"],
    run: async () => {
      using own = directories()
      const config = { isolator: "container" as const, maxSessions: 1, container: own.container }
      return { by: "probe at start", evidence: await leavesOut(wall, { program: "setpriv", edit }, config) }
    },
  })),
  {
    group: 20,
    name: "a container with a route out that no platform holds",
    isolators: ["container"],
    run: async () => {
      using own = directories()
      const daemon = await startTestDaemon({ isolator: "container", maxSessions: 1, container: { ...own.container, egress: "none" } })
      try {
        const routed = /^\S+\s+00000000\s/m.test(fs.readFileSync("/proc/net/route", "utf8"))
        if (!routed) expect(daemon.problems).toEqual([])
        return {
          by: "probe at start",
          evidence: routed ? await foundOut("network", daemon) : "this machine has no route out itself: nothing to refuse",
        }
      } finally {
        await daemon.stop()
      }
    },
  },
  {
    group: 20,
    name: "the container's isolator on a bare host",
    isolators: ["container"],
    run: async () => {
      using own = directories()
      const daemon = await startTestDaemon({ isolator: "container", container: { ...own.container, inside: false } })
      try {
        return { by: "probe at start", evidence: await foundOut("not_a_container", daemon) }
      } finally {
        await daemon.stop()
      }
    },
  },
]
