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
]
