import { describe, expect, it } from "vitest"
import { parseInventory } from "./inventory.ts"
import { sbomOf, validate } from "./sbom.ts"

const listing = `deb\tgit\t1:2.47.3-0+deb13u1\tamd64
npm\t@oven/bun-linux-x64\t1.4.5\t
npm\tpnpm\t12.21.0\t
npm\tpnpm\t12.21.0\t
node\t/opt/node/22/bin/node\t22.23.3\tx64
broken
`
const image = { version: "0.1.0", id: "sha256:0" }

describe("the list of what is in the image", () => {
  it("has each thing once, in an order of its own, and leaves out what it cannot read", () => {
    expect(parseInventory(listing).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "deb git",
      "node /opt/node/22/bin/node",
      "npm @oven/bun-linux-x64",
      "npm pnpm",
    ])
  })

  it("is valid CycloneDX 1.6 by the official schema, with the package URLs that scanners look up", async () => {
    const text = await sbomOf(parseInventory(listing), image)
    const bom = JSON.parse(text) as { specVersion: string; components: ReadonlyArray<{ purl: string }> }
    expect(bom.specVersion).toBe("1.6")
    expect(bom.components.map(({ purl }) => purl)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^pkg:deb\/debian\/git@1(:|%3A)2\.47\.3-0(\+|%2B)deb13u1\?arch=amd64&distro=debian-13$/),
        "pkg:npm/%40oven/bun-linux-x64@1.4.5",
        "pkg:generic/node@22.23.3#opt/node/22/bin/node",
      ]),
    )
    expect(await sbomOf(parseInventory(listing), image)).toBe(text)
  })

  it("is refused when it is not valid", async () => {
    expect(await validate(JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [{ name: "no type" }] }))).toContain(
      "type",
    )
  })
})
