import { expect } from "vitest"
import type { Attack } from "../Attack.ts"

/** Group 7: the system is read-only, and what may be written is the session's own. */
export const systemFiles: ReadonlyArray<Attack> = [
  {
    group: 7,
    name: "write to /, /etc, /usr, /bin and beside the workspace",
    run: async ({ session, isolator }) => {
      const ran = await session.exec(
        "for f in /x /etc/x /etc/passwd /usr/x /usr/bin/env /bin/x /home/x /opt/x /var/x ../x; do (echo hostile >> $f) 2>&1 && echo WROTE $f; done",
      )
      expect(ran.out).not.toContain("WROTE")
      const refusals = ran.out.match(/Read-only file system|Permission denied/g) ?? []
      expect(refusals).toHaveLength(10)
      return {
        by: isolator === "bubblewrap" ? "read-only mounts" : "uid",
        evidence: `10 writes: ${[...new Set(refusals)].join(", ")}`,
      }
    },
  },
  {
    group: 7,
    name: "write to devices' and the kernel's directories",
    isolators: ["bubblewrap"],
    run: async ({ session }) => {
      const ran = await session.exec(
        "for f in /dev/x /proc/x /proc/sys/kernel/domainname /sys/x /run/../dev/y /home/loom/../x /opt/loom/node/x; do (echo hostile > $f) 2>/dev/null && echo WROTE $f; done; mv /etc/passwd /tmp/ 2>/dev/null && echo MOVED; rm -rf /usr/lib/os-release 2>/dev/null && echo REMOVED; ln /etc/passwd /workspace/passwd 2>/dev/null && echo LINKED; true",
      )
      expect(ran.out).toBe("")
      return { by: "read-only mounts", evidence: "7 writes, a move, a removal and a hard link refused" }
    },
  },
  {
    group: 7,
    name: "make the read-only system writable again",
    run: async ({ session }) => {
      const ran = await session.exec(
        "mount -o remount,rw / 2>&1; mount --bind /tmp /usr 2>&1; umount -l /usr 2>&1; unshare -Urm sh -c 'mount -o remount,rw /' 2>&1; echo; (echo x > /usr/x) 2>/dev/null && echo WROTE; true",
      )
      expect(ran.out).not.toContain("WROTE")
      const refusals = ran.out.match(/must be superuser|not permitted|permission denied/gi) ?? []
      expect(refusals.length).toBeGreaterThanOrEqual(3)
      return { by: "seccomp, no CAP_SYS_ADMIN", evidence: "remount, bind, umount, remount in a new user namespace: refused" }
    },
  },
]
