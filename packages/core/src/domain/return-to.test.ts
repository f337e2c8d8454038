import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { returnTo } from "./return-to.ts"

/** Where a browser on this page would go. */
const page = "https://loom.example/auth/callback"
const target = (location: string): URL => new URL(location, page)

const hostile = fc.array(
  fc.constantFrom(
    "/",
    "\\",
    "//",
    "\t",
    "\n",
    "\r",
    " ",
    "@",
    ":",
    "evil.example",
    "http:",
    "https:",
    "javascript:",
    "..",
    ".",
    "%2f",
    "%5c",
    "%09",
    "?",
    "#",
    "\u2044",
    "\u3002",
    "\0",
  ),
  { maxLength: 8 },
)

describe("returnTo", () => {
  it("never leaves this Loom, whatever it is given", () => {
    const stays = (wanted: string): void => {
      const url = target(returnTo(wanted))
      assert.strictEqual(url.origin, "https://loom.example", wanted)
      // And not when somebody resolves it twice, as a router of the page may.
      assert.strictEqual(new URL(url.pathname, page).origin, "https://loom.example", wanted)
    }
    fc.assert(
      fc.property(hostile, (parts) => stays(parts.join(""))),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(hostile, (parts) => stays(`/${parts.join("")}`)),
      { numRuns: 2_000 },
    )
    fc.assert(fc.property(fc.webUrl(), stays))
    fc.assert(fc.property(fc.string(), stays))
  })

  it("keeps a path of the page with its query and fragment, and is done after one pass", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_.~-]{1,12}$/).filter((text) => text !== "." && text !== ".." && text !== "auth")
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), segment, segment, (parts, query, fragment) => {
        const wanted = `/${parts.join("/")}?q=${query}#${fragment}`
        assert.strictEqual(returnTo(wanted), wanted)
      }),
    )
    fc.assert(fc.property(fc.string(), (wanted) => assert.strictEqual(returnTo(returnTo(wanted)), returnTo(wanted))))
  })

  for (const wanted of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/auth/logout",
    "tasks",
    "",
    null,
    `/${"x".repeat(2_000)}`,
  ]) {
    it(`answers ${JSON.stringify(wanted)?.slice(0, 40)} with the start page`, () => assert.strictEqual(returnTo(wanted), "/"))
  }
})
