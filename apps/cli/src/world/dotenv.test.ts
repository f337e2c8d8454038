import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { parseEnv } from "node:util"
import { encodeDotenv } from "./dotenv.ts"

/** `$` is the only sign that dotenv-expand adds a meaning to; Node's own reader leaves `\$` as it is. */
const read = (text: string) =>
  Object.fromEntries(Object.entries(parseEnv(text)).map(([name, value]) => [name, value?.replaceAll("\\$", "$")]))

describe("encodeDotenv", () => {
  it("keeps a private key with its line breaks, JSON, blanks and signs", () => {
    const variables = {
      KEY: "-----BEGIN X-----\nab+/=\n-----END X-----\n",
      JSON: '{"a":"b # c","d":"\\n"}',
      APOSTROPHE: "it's",
      MONEY: "a$HOME${B}",
      EMPTY: "",
    }
    assert.deepStrictEqual(read(encodeDotenv(variables)), variables)
  })

  it("lets nothing be expanded: wrangler's reader would put the environment there", () =>
    assert.strictEqual(encodeDotenv({ A: "$HOME and ${PATH}" }), "A='\\$HOME and \\${PATH}'\n"))

  it("keeps any value that it takes", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (value) => {
        if ((value.includes("'") && value.includes("`")) || value.includes("\\")) return
        assert.deepStrictEqual(read(encodeDotenv({ A: value, B: "b" })), { A: value, B: "b" })
      }),
    ))

  it("refuses what such a file cannot hold, without showing it", () =>
    assert.throws(() => encodeDotenv({ SECRET: "a'b`c" }), /^the value of SECRET holds both/))
})
