import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { CAPABILITY, WITH_GATEWAY, onGround } from "../egress-ground.ts"

/** Group 17: the capability is added outside the walls, and is nowhere inside, whatever goes wrong. */

/** A part that an exec's own command line does not hold in one piece. */
const split = `${CAPABILITY.slice(6, 18)}""${CAPABILITY.slice(18, 30)}`

// All is read before it is searched: the search's own command line holds what it looks for.
const look = `n=${split}
count() { all=$(tr '\\0' '\\n' 2>/dev/null); printf '%s\\n' "$all" | grep -c "$n"; }
env | count; cat /proc/*/environ 2>/dev/null | count; cat /proc/*/cmdline 2>/dev/null | count; cat /proc/net/* 2>/dev/null | count
git config --list --show-origin 2>/dev/null | count
find / -xdev -path /proc -prune -o -type f -newermt '-1 hour' -size -20M -print0 2>/dev/null | xargs -0r grep -la "$n" 2>/dev/null | wc -l
for d in /workspace /home /tmp /run /etc /dev/shm /var/tmp; do grep -ral "$n" $d 2>/dev/null; done | wc -l`

export const secrets: ReadonlyArray<Attack> = [
  {
    group: 17,
    name: "look for the capability in files, environments, processes and git's configuration after using it",
    isolators: ["bubblewrap"],
    session: WITH_GATEWAY,
    run: (field) =>
      onGround(field, async ({ session, upstream }) => {
        await session.exec("curl -sS http://git.loom.internal/x; git ls-remote http://git.loom.internal/o/r.git 2>/dev/null", {
          gateways: true,
        })
        expect(upstream[0]).toMatchObject({ capable: true })
        const ran = await session.exec(look, { gateways: true })
        expect(ran.out.trim().split(/\s+/)).toEqual(["0", "0", "0", "0", "0", "0", "0"])
        return { by: "added outside the walls", evidence: "7 searches: 0 hits, after a request that carried it" }
      }),
  },
  {
    group: 17,
    name: "make the gateway's answer carry the capability: traces, redirects, errors, echoes",
    isolators: ["bubblewrap"],
    session: WITH_GATEWAY,
    run: (field) =>
      onGround(field, async ({ registry, registryPort, session, upstream }) => {
        const ran = await session.exec(
          `exec 2>&1; curl -sSv -X TRACE http://git.loom.internal/trace; curl -sSv -X OPTIONS http://git.loom.internal/; curl -sSv -H 'Authorization: Basic mine' http://git.loom.internal/echo
           curl -sSLv -m 5 --noproxy git.loom.internal -x http://127.0.0.1:3128 'http://git.loom.internal/away?to=http://localhost:${registryPort}/echo'
           curl -sSLv -m 5 --noproxy '*' 'http://git.loom.internal/away?to=http://git.loom.internal/again'
           GIT_TRACE_CURL=1 GIT_CURL_VERBOSE=1 git ls-remote http://git.loom.internal/o/r.git`,
          { gateways: true, network: "registries" },
        )
        expect(ran.out).toContain("GET /echo")
        expect(ran.out).not.toContain(CAPABILITY)
        expect(ran.out).not.toContain(CAPABILITY.slice(6, 30))
        expect(registry()).not.toContain(CAPABILITY)
        expect(registry()).not.toMatch(/authorization/i)
        expect(upstream.every(({ capable }) => capable)).toBe(true)
        return { by: "added outside the walls", evidence: `${upstream.length} requests carried it, no answer and no redirect did` }
      }),
  },
  {
    group: 17,
    name: "a gateway that is down",
    isolators: ["bubblewrap"],
    session: WITH_GATEWAY,
    run: async ({ daemon, session }) => {
      await daemon.open({
        id: session.id,
        egress: {
          gateways: [
            { host: "git.loom.internal", upstream: "http://127.0.0.1:1/secret-path", headers: { authorization: `Bearer ${CAPABILITY}` } },
          ],
          registries: [],
        },
      })
      const ran = await session.exec("curl -sSv http://git.loom.internal/x 2>&1", { gateways: true })
      expect(ran.out).toContain("502 Bad Gateway")
      expect(ran.out).not.toContain(CAPABILITY)
      expect(ran.out).not.toContain("secret-path")
      return { by: "words of its own for every error", evidence: "502 without the upstream's address or the capability" }
    },
  },
  {
    group: 17,
    name: "hand the daemon a request that carries the capability in",
    isolators: ["bubblewrap"],
    session: WITH_GATEWAY,
    run: (field) =>
      onGround(field, async ({ session }) => {
        const problems = await Promise.all(
          [
            session.start(["true", CAPABILITY]),
            session.start(["true"], { env: { X: `a${CAPABILITY}b` } }),
            session.start(["cat"], { stdin: `Bearer ${CAPABILITY}` }),
          ].map(async (started) => (await field.daemon.problemOf(await started)).code),
        )
        expect(problems).toEqual(["secret_in_request", "secret_in_request", "secret_in_request"])
        return { by: "request checked for credentials", evidence: "argument, variable and stdin: secret_in_request" }
      }),
  },
]
