import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { EINVAL, EPERM, refusedCalls } from "../system-calls.ts"

/** Group 14: no privilege, none to gain, no device. */
export const privileges: ReadonlyArray<Attack> = [
  {
    group: 14,
    name: "be root, hold a capability, gain one by exec",
    run: async ({ session }) => {
      const ran = await session.exec("id -u; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status | tr -d '\\t' | tr '\\n' ' '")
      expect(ran.out).toMatch(/^[1-9]\d*\nCapInh:0+ CapPrm:0+ CapEff:0+ CapBnd:0+ CapAmb:0+ NoNewPrivs:1 Seccomp:2 $/)
      return { by: "uid of its own, no capability, no_new_privs", evidence: ran.out.trim().replaceAll(/0{8,}/g, "0") }
    },
  },
  {
    group: 14,
    name: "setuid programs, the system's and one's own",
    run: async ({ session }) => {
      const ran = await session.exec(
        `id -u; cp /usr/bin/id mine && chmod 6755 mine && ./mine -u; setcap cap_sys_admin+ep mine 2>/dev/null && echo setcap
         [ -u /usr/bin/su ] || { echo no su; exit; }
         mkfifo hold; su -c true < hold >/dev/null 2>&1 & exec 9> hold
         until [ "$(cat /proc/$!/comm)" = su ]; do sleep 0.02; done; grep ^Uid: /proc/$!/status; kill -9 $!`,
      )
      const [uid, mine, su, ...rest] = ran.out.trim().split("\n")
      expect([mine, rest]).toEqual([uid, []])
      expect([`Uid:\t${uid}\t${uid}\t${uid}\t${uid}`, "no su"]).toContain(su)
      return { by: "no_new_privs", evidence: `a copy and su itself both run as ${uid}` }
    },
  },
  {
    group: 14,
    name: "setuid(0), setgid(0), setgroups, chroot, sethostname",
    run: async ({ session }) => ({
      by: "no capabilities",
      evidence: await refusedCalls(
        session,
        [
          { name: "setuid", x64: 105, arm64: 146, args: "0" },
          { name: "setresuid", x64: 117, arm64: 147, args: "0, 0, 0" },
          { name: "setgid", x64: 106, arm64: 144, args: "0" },
          { name: "setgroups", x64: 116, arm64: 159, args: "0, 0" },
          { name: "chroot", x64: 161, arm64: 51, args: "$text" },
          { name: "sethostname", x64: 170, arm64: 161, args: "$text, 4" },
        ],
        [EPERM, EINVAL],
      ),
    }),
  },
  {
    group: 14,
    name: "make device nodes",
    run: async ({ session }) => {
      const ran = await session.exec("for d in 'c 1 1' 'b 7 0' 'c 10 232'; do mknod /tmp/node $d 2>&1 && echo MADE; done; true")
      expect(ran.out).not.toContain("MADE")
      expect(ran.out.match(/Operation not permitted/g)).toHaveLength(3)
      return { by: "no CAP_MKNOD", evidence: "mem, loop0, kvm: Operation not permitted" }
    },
  },
  {
    group: 14,
    name: "open devices of the host",
    run: async ({ session, isolator }) => {
      const ran = await session.exec(
        "for d in /dev/* /dev/*/*; do case $d in /dev/std*|/dev/fd*|/dev/pts*|/dev/ptmx|/dev/shm*|/dev/mqueue*|/dev/hugepages*) continue;; esac; [ -b $d ] || [ -c $d ] || continue; (exec 3<$d) 2>/dev/null && echo $d; done",
      )
      const open = ran.out.trim().split("\n")
      // In a container the platform decides which nodes exist; none that leads to a disk or to memory may be open to this uid.
      if (isolator === "bubblewrap") expect(open.toSorted()).toEqual(["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"])
      else
        expect(open.filter((device) => /^.dev.(k?mem|port|kmsg|loop\d|dm-|mapper|disk|[svx]*d[a-z]|nvme|sr|raw|sg)/.test(device))).toEqual(
          [],
        )
      return {
        by: isolator === "bubblewrap" ? "a /dev of its own" : "uid",
        evidence: isolator === "bubblewrap" ? "opened: full, null, random, urandom, zero" : "no disk, no memory",
      }
    },
  },
  {
    group: 14,
    name: "type into the operator's terminal (TIOCSTI, TIOCLINUX)",
    run: async ({ session }) => {
      const evidence = await refusedCalls(session, [
        { name: "TIOCSTI", x64: 16, arm64: 29, args: "0, 0x5412, $text" },
        // The high half of the argument is ignored by the kernel, and must not fool the filter.
        { name: "TIOCSTI with high bits", x64: 16, arm64: 29, args: "0, 0x100005412, $text" },
        { name: "TIOCLINUX", x64: 16, arm64: 29, args: "0, 0x541c, $text" },
      ])
      expect((await session.exec("(exec 3</dev/tty) 2>/dev/null && echo tty; true")).out).toBe("")
      return { by: "seccomp, no terminal", evidence }
    },
  },
  {
    group: 14,
    name: "raise one's own limits or priority, hide from the OOM killer",
    run: async ({ session }) => {
      const ran = await session.exec(
        "ulimit -Hn 1000000 2>/dev/null && echo files; ulimit -Hf unlimited 2>/dev/null && echo size; nice -n -20 true 2>&1 | grep -q 'not permitted\\|denied' || echo nice; chrt -f 1 true 2>/dev/null && echo realtime; (echo -1000 > /proc/self/oom_score_adj) 2>/dev/null && echo oom; cat /proc/self/oom_score_adj",
      )
      expect(ran.out).toBe("1000\n")
      return { by: "no capabilities, rlimits", evidence: "hard limits, nice, real time: refused; oom_score_adj stays 1000" }
    },
  },
  {
    group: 14,
    name: "descriptors of the daemon",
    run: async ({ session }) => {
      const ran = await session.exec([
        "sh",
        "-c",
        "ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 | grep -vc 'fifo\\|null'",
      ])
      expect(ran.out).toBe("0 1 2 3 0\n")
      return { by: "close-on-exec, closed by the launcher", evidence: "0, 1, 2 and ls's own" }
    },
  },
]
