import fs from "node:fs"
import { expect } from "vitest"
import type { Attack } from "../Attack.ts"

/** Split, so that the search does not find itself. */
const split = (text: string): string => `"${text.slice(0, 9)}""${text.slice(9)}"`

const cmdlines = (): string =>
  fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, "latin1")
      } catch {
        return ""
      }
    })
    .join("\n")

/** Group 8: nothing of the host is seen. */
export const hostView: ReadonlyArray<Attack> = [
  {
    group: 8,
    name: "the daemon's environment, arguments and token in /proc",
    run: async ({ canaries, daemon, isolator, session }) => {
      const ran = await session.exec(
        `cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/mem /proc/[0-9]*/task/*/environ > seen 2>/dev/null
         grep -ac -e ${split(canaries.token)} -e ${split(daemon.config.token)} seen; wc -c < seen`,
      )
      const [found, bytes] = ran.out.trim().split("\n")
      expect(found).toBe("0")
      expect(Number(bytes)).toBeGreaterThan(100)
      return {
        by: isolator === "bubblewrap" ? "pid namespace" : "uid",
        evidence: "neither the canary nor the daemon's token in what of /proc can be read",
      }
    },
  },
  {
    group: 8,
    name: "files of the host: canary, shadow, homes, docker.sock, the daemon's data",
    run: async ({ canaries, daemon, isolator, session }) => {
      const files = [
        canaries.file,
        "/etc/shadow",
        "/etc/gshadow",
        "/root/.bashrc",
        "/root/.ssh",
        "/var/run/docker.sock",
        daemon.config.dataDir,
      ]
      const ran = await session.exec(
        `for f in ${files.join(" ")} ${daemon.config.dataDir}/instance.json /proc/1/root${canaries.file} /proc/self/root/../..${canaries.file}; do
           { cat $f || ls $f/; } >/dev/null 2>&1 && echo READ $f; done
         (exec 3<>/dev/tcp/localhost/2375) 2>/dev/null && echo DOCKER; perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); print "DOCKER" if connect($s, sockaddr_un("/var/run/docker.sock"))'`,
      )
      expect(ran.out).toBe("")
      return {
        by: isolator === "bubblewrap" ? "mount namespace" : "uid and file modes",
        evidence: `${files.length + 3} paths: none could be read`,
      }
    },
  },
  {
    group: 8,
    name: "what is mounted and where from",
    isolators: ["bubblewrap"],
    run: async ({ canaries, session }) => {
      const ran = await session.exec(
        "cut -d' ' -f5 /proc/self/mountinfo | sort -u | tr '\\n' ' '; echo; ls / | tr '\\n' ' '; echo; ls /home /opt /mnt /srv /root 2>/dev/null | tr '\\n' ' '",
      )
      const [mounts = "", root = "", homes = ""] = ran.out.split("\n")
      expect(mounts).not.toMatch(/sessions|\/mnt|\/root|\/var\/lib/)
      expect(
        root
          .trim()
          .split(" ")
          .filter((name) => !/^(bin|dev|etc|home|lib\w*|opt|proc|run|sbin|tmp|usr|var|workspace)$/.test(name)),
      ).toEqual([])
      expect(homes).toMatch(/^\/home: loom {2}\/opt: loom\s*$/)
      expect(ran.out).not.toContain(canaries.file)
      return {
        by: "mount namespace with an empty root",
        evidence: `/ holds ${root.trim().split(" ").length} entries; /home: loom; /opt: loom`,
      }
    },
  },
  {
    group: 8,
    name: "values of an exec's environment in any listing of processes, also on the host",
    run: async ({ session }) => {
      const value = `value-${process.hrtime.bigint()}`
      let looks = 0
      const over = new AbortController()
      const seen: Array<string> = []
      const watching = (async () => {
        for (; !over.signal.aborted; await new Promise((resolve) => setImmediate(resolve))) {
          looks++
          if (cmdlines().includes(value)) seen.push("host")
        }
      })()
      for (let i = 0; i < 5; i++) {
        const ran = await session.exec(
          `cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c '[v]alue-'; [ -n "$HELD" ] && echo has it; sleep 0.05`,
          {
            env: { HELD: value },
          },
        )
        expect(ran.out).toBe("0\nhas it\n")
      }
      over.abort()
      await watching
      expect(seen).toEqual([])
      expect(looks).toBeGreaterThan(20)
      return {
        by: "arguments by descriptor (bwrap --args, launcher)",
        evidence: "5 execs, the host's processes listed all the while: never seen",
      }
    },
  },
  {
    group: 8,
    name: "what earlier execs left in memory, keyrings and System V objects of the host",
    isolators: ["bubblewrap"],
    run: async ({ session }) => {
      const ran = await session.exec(
        "ipcs -a | grep -c '^0x'; cat /proc/keys 2>/dev/null | wc -l; ls /dev/shm /dev/mqueue 2>/dev/null | grep -v : | grep -c .; hostname",
      )
      expect(ran.out).toMatch(/^0\n[01]\n0\nloom\n$/)
      return { by: "ipc and uts namespaces, seccomp", evidence: "no segment, queue, semaphore; host name is loom" }
    },
  },
]
