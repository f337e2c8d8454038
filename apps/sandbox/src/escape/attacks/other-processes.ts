import { expect } from "vitest"
import type { Attack } from "../Attack.ts"

const numbers =
  process.arch === "arm64" ? { readv: 270, pidfd: 434, getfd: 438, signal: 424 } : { readv: 310, pidfd: 434, getfd: 438, signal: 424 }

/** Group 10: the daemon and everything else of the host cannot be signalled, traced, read or slowed. */
export const otherProcesses: ReadonlyArray<Attack> = [
  {
    group: 10,
    name: "kill the daemon, init and everything there is",
    run: async ({ daemonParentPid, daemonPid, isolator, session }) => {
      const ran = await session.exec(
        `kill -9 ${daemonPid} 2>&1; kill -9 ${daemonParentPid} 2>&1; kill -STOP 1 2>&1; perl -e 'print kill(0, 2 .. 65535) + 0, "\\n"'; trap '' HUP INT TERM; (kill -9 -1; kill -9 0) 2>&1; echo not reached`,
      )
      expect(ran.exit.reason).toBeNull()
      expect(ran.out).toMatch(isolator === "bubblewrap" ? /No such process.*No such process/s : /not permitted.*not permitted/s)
      // The next exec of the session starts as if nothing had been.
      expect((await session.exec("echo alive")).out).toBe("alive\n")
      return {
        by: isolator === "bubblewrap" ? "pid namespace" : "uid",
        evidence: isolator === "bubblewrap" ? "ESRCH; kill -1 ends only itself" : "EPERM; kill -1 ends only itself",
      }
    },
  },
  {
    group: 10,
    name: "trace the daemon, read or write its memory, take its descriptors",
    run: async ({ daemon, daemonPid, isolator, session }) => {
      const ran = await session.exec([
        "perl",
        "-e",
        `my $pid = ${daemonPid}; my $n = 0;
         sub held { my ($what, $r) = @_; print "$what ", ($r == -1 ? "refused" : "DONE $r"), "\\n" }
         held("attach", syscall(${process.arch === "arm64" ? 117 : 101}, 16, $pid, 0, 0));
         held("seize", syscall(${process.arch === "arm64" ? 117 : 101}, 0x4206, $pid, 0, 0));
         my $buf = "\\0" x 64; my $local = pack("P Q", $buf, 64); my $remote = pack("Q Q", 0x400000, 64);
         held("process_vm_readv", syscall(${numbers.readv}, $pid, $local, 1, $remote, 1, 0));
         my $fd = syscall(${numbers.pidfd}, $pid, 0);
         held("pidfd_getfd", $fd < 0 ? -1 : syscall(${numbers.getfd}, $fd, 0, 0));
         held("pidfd_send_signal", $fd < 0 ? -1 : syscall(${numbers.signal}, $fd, 9, 0, 0));
         for my $f ("mem", "environ", "maps", "cwd/x", "root/etc/shadow", "fd/0", "stack", "auxv") { held($f, open(my $h, "<", "/proc/$pid/$f") ? 0 : -1) }`,
      ])
      const lines = ran.out.trim().split("\n")
      expect([lines.length, ran.err]).toEqual([13, ""])
      expect(lines.filter((line) => !line.endsWith(" refused"))).toEqual([])
      expect(daemon.problems).toEqual([])
      return {
        by: isolator === "bubblewrap" ? "pid namespace" : "uid, no CAP_SYS_PTRACE",
        evidence: "13 ways refused: ptrace, process_vm_readv, pidfd_getfd, /proc/pid/{mem,environ,maps,fd …}",
      }
    },
  },
  {
    group: 10,
    name: "slow the daemon: priority, affinity, limits, freezing",
    run: async ({ daemonPid, isolator, session }) => {
      const pid = daemonPid
      const ran = await session.exec(
        `renice -n 19 -p ${pid} >/dev/null 2>&1 && echo RENICED; taskset -p 1 ${pid} >/dev/null 2>&1 && echo PINNED; prlimit --pid ${pid} --nofile=1:1 2>/dev/null && echo LIMITED; (echo 1000 > /proc/${pid}/oom_score_adj) 2>/dev/null && echo OOM; ionice -c 3 -p ${pid} 2>/dev/null && echo IDLE; find /sys/fs/cgroup -writable -type f 2>/dev/null | head -1; true`,
      )
      expect(ran.out).toBe("")
      return { by: isolator === "bubblewrap" ? "pid namespace, no cgroup file system" : "uid", evidence: "6 ways refused" }
    },
  },
  {
    group: 10,
    name: "see processes of the host",
    isolators: ["bubblewrap"],
    run: async ({ session }) => {
      const ran = await session.exec(
        "ls -d /proc/[0-9]* | wc -l; cat /proc/[0-9]*/comm | sort -u | tr '\\n' ' '; tr '\\0' ' ' < /proc/1/cmdline",
      )
      const [count, names = "", first = ""] = ran.out.split("\n")
      expect(Number(count)).toBeLessThan(8)
      expect(names).not.toMatch(/node|vitest|sandboxd/)
      // pid 1 is bwrap's own: the arguments that built the walls came by a descriptor.
      expect(first).not.toMatch(/--setenv|--bind|sessions/)
      return { by: "pid namespace, bwrap --args", evidence: `${names.trim()}; pid 1 tells no argument of the walls` }
    },
  },
  {
    group: 10,
    name: "overwrite the launcher or the daemon through /proc/*/exe",
    run: async ({ daemonParentPid, daemonPid, isolator, session }) => {
      const ran = await session.exec(
        `for p in 1 ${daemonPid} ${daemonParentPid} self; do (exec 3>>/proc/$p/exe) 2>/dev/null && echo WRITABLE $p; done; for f in "$(command -v setpriv)" /usr/bin/perl /bin/sh; do (exec 3>>$f) 2>/dev/null && echo WRITABLE $f; done; true`,
      )
      expect(ran.out).toBe("")
      return {
        by: isolator === "bubblewrap" ? "read-only mounts, pid namespace" : "uid",
        evidence: "7 files: none could be opened for writing",
      }
    },
  },
  {
    group: 10,
    name: "catch the next exec's launcher before its filter holds",
    isolators: ["container"],
    run: async ({ daemon, session }) => {
      // Looks at every process of its own uid for one without a filter, as a tracer would have to.
      const look = `use strict; $| = 1; my ($looks, $caught) = (0, 0); print "looking\\n"; $SIG{TERM} = sub { print "looks $looks caught $caught\\n"; exit };
        while (1) { for my $d (glob "/proc/[0-9]*") { my $u = (stat $d)[4]; next if !defined $u || $u != $<; $looks++; open(my $h, "<", "$d/status") or next; local $/; my $t = <$h> // next;
          $caught++ if $t =~ /^State:\\s+[^ZX]/m && $t =~ /^Seccomp:\\s+0/m } }`
      const looking = await session.start(["perl", "-e", look], { id: "looking", timeoutMs: 120_000 })
      const reader = looking.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ""
      const until = async (word: string) => {
        while (!text.includes(word)) {
          const { done, value } = (await reader?.read()) ?? { done: true, value: "" }
          if (done) throw new Error(`the stream ended: ${text}`)
          text += value
        }
      }
      await until("looking\\n")
      for (let i = 0; i < 8; i++) await session.exec(["true"])
      await session.exec("pkill -TERM -f caught -u $(id -u) -o; true")
      await until("caught ")
      const [, looks, caught] = /looks (\d+) caught (\d+)/.exec(text) ?? []
      await daemon.request("DELETE", `${session.base}/execs/looking`)
      expect(Number(looks)).toBeGreaterThan(8)
      expect(caught).toBe("0")
      return {
        by: "the filter holds before the uid is dropped",
        evidence: "8 execs watched from the same uid: no process without a filter",
      }
    },
  },
]
