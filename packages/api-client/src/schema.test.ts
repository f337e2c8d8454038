import { readFile } from "node:fs/promises"
import openapiTypescript, { astToString } from "openapi-typescript"
import { expect, it } from "vitest"

const HEAD = "// Generated from ../openapi.json: `vitest run -u packages/api-client` writes it anew.\n"

it("is what openapi.json says", async () => {
  const document = await readFile(new URL("../openapi.json", import.meta.url), "utf8")
  const types = astToString(await openapiTypescript(document))
  await expect(HEAD + types).toMatchFileSnapshot("schema.gen.d.ts")
})
