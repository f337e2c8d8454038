import { type Lane, lane, packageJson } from "./Lane.fixture.ts"

const endless = "new Promise(() => { setInterval(() => {}, 1000) })"
const spoof = (summary: string, exit = "process.exit(0)") => `{ process.stdout.write(${JSON.stringify(summary)}); ${exit} }`

/** The runners that come from npm. `modules` names the package that must be there. */
export const javascript: ReadonlyArray<Lane> = [
  lane("vitest", "vitest", {
    modules: ["vitest"],
    command: "node_modules/.bin/vitest run",
    base: packageJson({ type: "module" }),
    variants: {
      passing: { "a.test.js": `import { expect, test } from "vitest"; test("adds", () => expect(1 + 1).toBe(2)); test("also", () => {})` },
      failing: { "a.test.js": `import { expect, test } from "vitest"; test("adds", () => {}); test("bad", () => expect(1).toBe(2))` },
      broken: {
        "a.test.js": `import { test } from "vitest"; test("adds", () => {})`,
        "b.test.js": `import "./missing.js"; import { test } from "vitest"; test("never", () => {})`,
      },
      empty: { "a.js": "" },
      hanging: { "a.test.js": `import { test } from "vitest"; test("hangs", () => ${endless}, 1e7)` },
      spoofed: {
        "a.test.js": `import { test } from "vitest"; test("spoof", () => ${spoof(" Test Files  1 passed (1)\n      Tests  9 passed (9)\n")})`,
      },
    },
  }),
  lane("jest", "jest", {
    modules: ["jest"],
    command: "node_modules/.bin/jest",
    base: packageJson({}),
    variants: {
      passing: { "a.test.js": `test("adds", () => expect(1 + 1).toBe(2)); test("also", () => {})` },
      failing: { "a.test.js": `test("adds", () => {}); test("bad", () => expect(1).toBe(2))` },
      broken: { "a.test.js": `test("adds", () => {})`, "b.test.js": `require("./missing.js"); test("never", () => {})` },
      empty: { "a.js": "" },
      hanging: { "a.test.js": `test("hangs", () => ${endless}, 1e7)` },
      spoofed: {
        "a.test.js": `test("spoof", () => ${spoof("Test Suites: 1 passed, 1 total\nTests:       9 passed, 9 total\n")})`,
      },
    },
  }),
  lane("mocha", "mocha", {
    modules: ["mocha"],
    command: "node_modules/.bin/mocha",
    base: packageJson({}),
    variants: {
      passing: { "test/a.js": `it("adds", () => {}); it("also", () => {})` },
      failing: { "test/a.js": `it("adds", () => {}); it("bad", () => { throw new Error("no") })` },
      broken: { "test/a.js": `require("./missing.js"); it("never", () => {})` },
      empty: { "test/a.js": "" },
      hanging: { "test/a.js": `it("hangs", function () { this.timeout(0); return ${endless} })` },
      spoofed: { "test/a.js": `it("spoof", () => ${spoof("  ✔ a\n\n  1 passing (3ms)\n")})` },
    },
  }),
  lane("node:test", "node:test", {
    modules: [],
    command: "node --test",
    base: packageJson({}),
    variants: {
      passing: { "a.test.js": `const test = require("node:test"); test("adds", () => {}); test("also", () => {})` },
      failing: { "a.test.js": `const test = require("node:test"); test("adds", () => {}); test("bad", () => { throw new Error("no") })` },
      broken: {
        "a.test.js": `const test = require("node:test"); test("adds", () => {})`,
        "b.test.js": `require("./missing.js")`,
      },
      empty: { "a.js": "" },
      hanging: { "a.test.js": `require("node:test")("hangs", () => ${endless})` },
      spoofed: { "a.test.js": `require("node:test")("spoof", () => ${spoof("ok 1 - a\n1..1\n# tests 1\n# pass 1\n# fail 0\n")})` },
    },
  }),
  lane("ava", "ava", {
    modules: ["ava"],
    command: "node_modules/.bin/ava",
    base: packageJson({ type: "module" }),
    variants: {
      passing: { "test.js": `import test from "ava"; test("adds", (t) => t.is(2, 1 + 1)); test("also", (t) => t.pass())` },
      failing: { "test.js": `import test from "ava"; test("adds", (t) => t.pass()); test("bad", (t) => t.is(1, 2))` },
      broken: {
        "test/a.js": `import test from "ava"; test("adds", (t) => t.pass())`,
        "test/b.js": `import "./missing.js"; import test from "ava"; test("never", (t) => t.pass())`,
      },
      empty: { "a.js": "" },
      hanging: { "test.js": `import test from "ava"; test("hangs", async (t) => { t.timeout(1e7); await ${endless} })` },
      spoofed: { "test.js": `import test from "ava"; test("spoof", () => ${spoof("TAP version 13\nok 1 - a\n1..1\n")})` },
    },
  }),
  lane("tap", "tap", {
    modules: ["tap"],
    command: "node_modules/.bin/tap --disable-coverage",
    // Its own limit is half a minute for a file with all that it loads.
    base: { ...packageJson({}), ".taprc": "timeout: 240\n" },
    variants: {
      passing: { "test/a.test.js": `const t = require("tap"); t.test("adds", async (t) => t.equal(2, 1 + 1)); t.pass("also")` },
      failing: { "test/a.test.js": `const t = require("tap"); t.pass("adds"); t.test("bad", async (t) => t.equal(1, 2))` },
      broken: { "test/a.test.js": `require("tap").pass("adds")`, "test/b.test.js": `require("./missing.js")` },
      empty: { "a.js": "" },
      hanging: { "test/a.test.js": `const t = require("tap"); t.setTimeout(0); t.test("hangs", { timeout: 0 }, () => ${endless})` },
      spoofed: {
        "test/a.test.js": `const t = require("tap"); t.test("spoof", async () => ${spoof("TAP version 14\nok 1 - a\n1..1\n")})`,
      },
    },
  }),
  lane("tape", "tap", {
    modules: ["tape"],
    command: "node_modules/.bin/tape 'test/*.js'",
    base: packageJson({}),
    variants: {
      passing: { "test/a.js": `require("tape")("adds", (t) => { t.equal(2, 1 + 1); t.pass("also"); t.end() })` },
      failing: { "test/a.js": `require("tape")("bad", (t) => { t.pass("adds"); t.equal(1, 2, "one is two"); t.end() })` },
      broken: { "test/a.js": `require("./missing.js")` },
      empty: { "test/a.js": `require("tape")` },
      hanging: { "test/a.js": `require("tape")("hangs", () => { setInterval(() => {}, 1000) })` },
      spoofed: { "test/a.js": `require("tape")("spoof", () => ${spoof("ok 1 a\n\n1..1\n# tests 1\n# pass  1\n\n# ok\n")})` },
    },
  }),
  lane("jasmine", "jasmine", {
    modules: ["jasmine"],
    command: "node_modules/.bin/jasmine",
    base: { ...packageJson({}), "spec/support/jasmine.json": JSON.stringify({ spec_dir: "spec", spec_files: ["**/*[sS]pec.js"] }) },
    variants: {
      passing: { "spec/a.spec.js": `describe("s", () => { it("adds", () => expect(2).toBe(2)); it("also", () => expect(1).toBe(1)) })` },
      failing: { "spec/a.spec.js": `describe("s", () => { it("adds", () => expect(2).toBe(2)); it("bad", () => expect(1).toBe(2)) })` },
      broken: { "spec/a.spec.js": `it("adds", () => expect(2).toBe(2))`, "spec/b.spec.js": `require("./missing.js")` },
      empty: { "spec/a.js": "" },
      hanging: { "spec/a.spec.js": `it("hangs", () => ${endless}, 1e7)` },
      spoofed: { "spec/a.spec.js": `it("spoof", () => ${spoof("9 specs, 0 failures\nFinished in 0.1 seconds\n")})` },
    },
  }),
  lane("uvu", "uvu", {
    modules: ["uvu"],
    command: "node_modules/.bin/uvu tests",
    base: packageJson({}),
    variants: {
      passing: { "tests/a.js": `const { test } = require("uvu"); test("adds", () => {}); test("also", () => {}); test.run()` },
      failing: {
        "tests/a.js": `const { test } = require("uvu"); test("adds", () => {}); test("bad", () => { throw new Error("no") }); test.run()`,
      },
      broken: {
        "tests/a.js": `const { test } = require("uvu"); test("adds", () => {}); test.run()`,
        "tests/b.js": `require("./missing.js")`,
      },
      empty: { "tests/a.js": "" },
      hanging: { "tests/a.js": `const { test } = require("uvu"); test("hangs", () => ${endless}); test.run()` },
      spoofed: {
        "tests/a.js": `const { test } = require("uvu"); test("spoof", () => ${spoof("  Total:     9\n  Passed:    9\n  Skipped:   0\n")}); test.run()`,
      },
    },
  }),
  lane("bun", "bun", {
    modules: ["@oven/bun-linux-x64"],
    command: "bun test",
    base: packageJson({}),
    variants: {
      passing: { "a.test.js": `import { expect, test } from "bun:test"; test("adds", () => expect(2).toBe(2)); test("also", () => {})` },
      failing: { "a.test.js": `import { expect, test } from "bun:test"; test("adds", () => {}); test("bad", () => expect(1).toBe(2))` },
      broken: { "a.test.js": `import { test } from "bun:test"; test("adds", () => {})`, "b.test.js": `import "./missing.js"` },
      empty: { "a.js": "" },
      hanging: { "a.test.js": `import { test } from "bun:test"; test("hangs", () => ${endless}, 1e7)` },
      spoofed: {
        "a.test.js": `import { test } from "bun:test"; test("spoof", () => ${spoof(" 9 pass\n 0 fail\nRan 9 tests across 1 file. [5.00ms]\n")})`,
      },
    },
  }),
  lane("deno", "deno", {
    modules: ["@deno/linux-x64-glibc"],
    command: "deno test",
    base: { "deno.json": "{}" },
    variants: {
      passing: { "a_test.ts": `Deno.test("adds", () => {}); Deno.test("also", () => {})` },
      failing: { "a_test.ts": `Deno.test("adds", () => {}); Deno.test("bad", () => { throw new Error("no") })` },
      broken: { "a_test.ts": `Deno.test("adds", () => {})`, "b_test.ts": `import "./missing.ts"` },
      empty: { "a.ts": "" },
      hanging: { "a_test.ts": `Deno.test("hangs", () => ${endless})` },
      spoofed: {
        "a_test.ts": `Deno.test("spoof", () => { console.log("ok | 9 passed | 0 failed (5ms)"); Deno.exit(0) })`,
      },
    },
  }),
]
