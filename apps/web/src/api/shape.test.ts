import { describe, expect, it } from "@effect/vitest"
import { SystemStatus, TaskDetail, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
import { Schema } from "effect"
import { shapeOf } from "../../build/shapes.ts"
import { mismatch } from "./shape.ts"

const wrong = [null, undefined, "", "other", 1.5, 2 ** 60, Number.NaN, true, [], {}, [null]]
const number = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1e9 }))

/** The same JSON with one value, anywhere inside, replaced. `pick` chooses it. */
const spoil = (value: unknown, pick: number, by: unknown): unknown => {
  if (typeof value !== "object" || value === null || pick % 5 === 0) return by
  const names = Object.keys(value)
  const name = names[pick % Math.max(1, names.length)]
  if (name === undefined) return by
  const part = spoil(Reflect.get(value, name), Math.floor(pick / 7), by)
  return Array.isArray(value) ? value.with(Number(name), part) : { ...value, [name]: part }
}

describe.each([
  ["TaskPage", TaskPage],
  ["TaskDetail", TaskDetail],
  ["TaskLogPage", TaskLogPage],
  ["SystemStatus", SystemStatus],
] as const)("the shape of %s", (_name, schema) => {
  const shape = shapeOf(schema)
  const accepts = Schema.is(schema)

  it.prop("accepts what the schema accepts", [schema], ([value]) => mismatch(shape, value) === null)

  it.prop(
    "agrees with the schema on spoiled values",
    [schema, number, number],
    ([value, where, by]) => {
      const spoiled = spoil(value, where, wrong[by % wrong.length])
      return (mismatch(shape, spoiled) === null) === accepts(spoiled)
    },
    { arbitrary: { runs: 400 } },
  )
})

it("names the place that does not fit", () => {
  const shape = shapeOf(TaskPage)
  expect(mismatch(shape, "<!doctype html>")).toBe("the answer")
  expect(mismatch(shape, { items: [{ id: 1 }], next: null })).toBe("items.0.id")
  expect(mismatch(shape, { items: [] })).toBe("next")
})
