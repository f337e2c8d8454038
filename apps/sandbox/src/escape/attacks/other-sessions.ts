import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { SMALL_LIMITS } from "../battlefield.ts"

/** Group 16: two sessions know nothing of each other, at once or one after the other. */
export const otherSessions: ReadonlyArray<Attack> = [
  {
    group: 16,
    name: "files, /tmp, /dev/shm and home of another session",
    isolators: ["bubblewrap"],
    run: async ({ bystander, canaries, session }) => {
      await bystander?.exec("echo theirs | tee /tmp/theirs ~/theirs /dev/shm/theirs /run/theirs > /dev/null")
      const ran = await session.exec(
        `find / -name 'theirs*' -not -path '/proc/*' -not -path '/usr/*' 2>/dev/null; cat ${canaries.bystanderFile} /proc/[0-9]*/root/tmp/theirs 2>/dev/null; echo mine > /tmp/theirs; echo searched`,
      )
      expect(ran.out).toBe("searched\n")
      expect((await bystander?.exec("cat /tmp/theirs ~/theirs"))?.out).toBe("theirs\ntheirs\n")
      return {
        by: "mount namespace, a disk image and a /tmp per session",
        evidence: "nothing found; the same name in /tmp is another file",
      }
    },
  },
  {
    group: 16,
    name: "ports, abstract sockets and processes of another session",
    isolators: ["bubblewrap"],
    run: async ({ bystander, daemon, session }) => {
      const server = await bystander?.start(
        [
          "perl",
          "-MSocket",
          "-MIO::Socket::INET",
          "-e",
          `$| = 1; my $s = IO::Socket::INET->new(LocalAddr => "0.0.0.0", LocalPort => 8098, Listen => 9, ReuseAddr => 1) or die; socket(my $u, AF_UNIX, SOCK_STREAM, 0); bind($u, pack("S a*", AF_UNIX, "\\0theirs")); listen($u, 9); print "up\\n"; while (my $c = $s->accept) { print $c "theirs\\n"; close $c }`,
        ],
        { id: "server", timeoutMs: 60_000 },
      )
      const reader = server?.body?.getReader()
      for (let text = ""; !text.includes("up");) text += new TextDecoder().decode((await reader?.read())?.value)
      const ran = await session.exec(
        `(exec 3<>/dev/tcp/127.0.0.1/8098) 2>/dev/null && echo REACHED; perl -MSocket -e 'socket(my $u, AF_UNIX, SOCK_STREAM, 0); print "REACHED" if connect($u, pack("S a*", AF_UNIX, "\\0theirs"))'; grep -c theirs /proc/net/unix; cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 8098.*Listen; kill -9 -1; true`,
      )
      expect(ran.out).not.toContain("REACHED")
      expect(ran.out).toMatch(/^0\n/)
      expect((await bystander?.exec("exec 3<>/dev/tcp/127.0.0.1/8098 && head -1 <&3"))?.out).toBe("theirs\n")
      await reader?.cancel()
      await daemon.request("DELETE", `${bystander?.base}/execs/server`)
      return {
        by: "a network namespace per session, a pid namespace per exec",
        evidence: "refused; the other session itself still reaches its server",
      }
    },
  },
  {
    group: 16,
    name: "System V and POSIX shared memory, semaphores and queues of another exec",
    isolators: ["bubblewrap"],
    run: async ({ bystander, session }) => {
      const make = "perl -e 'print defined(shmget(4711, 64, 01666)) ? 1 : 0, defined(msgget(4711, 01666)) ? 1 : 0'"
      const look = "perl -e 'print defined(shmget(4711, 64, 0666)) ? 1 : 0, defined(msgget(4711, 0666)) ? 1 : 0'"
      expect((await bystander?.exec(make))?.out).toBe("11")
      expect((await session.exec(look)).out).toBe("00")
      return { by: "ipc namespace", evidence: "the same keys find nothing" }
    },
  },
  {
    group: 16,
    name: "a second session beside the first in a container",
    isolators: ["container"],
    run: async ({ daemon }) => {
      const refused = await daemon.request("POST", "/v1/sessions", {
        id: "second",
        egress: { gateways: [], registries: [] },
        reapAfterMs: 1000,
      })
      const { code } = await daemon.problemOf(refused)
      expect([refused.status, code]).toEqual([429, "too_many_sessions"])
      return { by: "one session per container", evidence: `${refused.status} ${code}` }
    },
  },
  {
    group: 16,
    name: "what an earlier session left in the workspace, home, /tmp, /var/tmp, /dev/shm",
    run: async ({ daemon, session }) => {
      const marker = `left-${process.hrtime.bigint()}`
      await session.exec(
        `for d in . ~ /tmp /var/tmp /dev/shm; do mkdir -p $d/${marker}/deep && echo earlier > $d/${marker}/deep/f; ln -s /etc $d/${marker}-link; done; chmod 0 /tmp/${marker}`,
      )
      await session.close()
      const next = await daemon.open({ limits: SMALL_LIMITS })
      const ran = await next.exec(
        `ls -d ./${marker}* ~/${marker}* /tmp/${marker}* /var/tmp/${marker}* /dev/shm/${marker}* 2>/dev/null; echo searched`,
      )
      await next.close()
      expect(ran.out).toBe("searched\n")
      return { by: "removed with the session", evidence: "the next session finds none of 10 names" }
    },
  },
]
