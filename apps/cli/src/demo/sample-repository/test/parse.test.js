import assert from "node:assert/strict"
import { test } from "node:test"
import { parse } from "../src/index.js"

test("reads one unit", () => {
  assert.equal(parse("2h"), 7_200_000)
})

test("adds units", () => {
  assert.equal(parse("1h 30m"), 5_400_000)
})

test("reads fractions", () => {
  assert.equal(parse("1.5h"), 5_400_000)
})

test("reads milliseconds", () => {
  assert.equal(parse("500ms"), 500)
})

test("refuses text without a duration", () => {
  assert.throws(() => parse("soon"), TypeError)
})
