import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { packagesTouched } from "./packages-touched.ts"

const packages = ["packages/a", "packages/a/plugins/x", "packages/ab", "apps/web"].map((path) => ({ path }))

describe("packagesTouched", () => {
  const table: ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<string>]> = [
    [["packages/a/src/i.ts"], ["packages/a"]],
    [["packages/ab/i.ts"], ["packages/ab"]],
    [["packages/a/plugins/x/i.ts"], ["packages/a/plugins/x"]],
    [
      ["apps/web/i.ts", "packages/a/i.ts", "packages/a/j.ts"],
      ["packages/a", "apps/web"],
    ],
    [
      ["pnpm-lock.yaml", "apps/web/i.ts"],
      [".", "apps/web"],
    ],
    [["packages/new/i.ts"], ["."]],
    [[], []],
  ]
  for (const [files, touched] of table)
    it(`${files.join(", ") || "nothing"}: ${touched.join(", ") || "none"}`, () =>
      assert.deepStrictEqual(packagesTouched(files, packages), touched))

  it("every file belongs to exactly one of them", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom("packages/a/x", "packages/ab/y", "z", "apps/web/q", "apps/webx/q")), (files) => {
        const touched = packagesTouched(files, packages)
        assert.strictEqual(new Set(touched).size, touched.length)
        for (const file of files) assert.strictEqual(packagesTouched([file], packages).filter((one) => touched.includes(one)).length, 1)
      }),
    ))
})
