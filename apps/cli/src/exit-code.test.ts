import { assert, it } from "@effect/vitest"
import { ApiFailed } from "./api-client.ts"
import { BadInput, NoLoom } from "./CliError.ts"
import { exitCodeOfError } from "./exit-code.ts"

const answered = (status: number | null) => new ApiFailed({ url: "u", status, detail: "d" })

it.each<readonly [unknown, number]>([
  [new Error("a bug"), 1],
  [answered(409), 1],
  [answered(503), 1],
  [new BadInput({ detail: "d" }), 2],
  [answered(401), 3],
  [answered(403), 3],
  [answered(404), 4],
  [answered(null), 5],
  [new NoLoom({ detail: "d" }), 5],
])("%s ends with %i", (error, code) => assert.strictEqual(exitCodeOfError(error), code))
