import { assert, describe, it } from "@effect/vitest"
import { forbidsMachineChanges } from "./machine-change-policy.ts"

describe("forbidsMachineChanges", () => {
  for (const text of [
    "Please note: AI-generated contributions are not accepted.",
    "Do not submit LLM-generated pull requests.",
    "No AI-written code.",
    "Machine-generated patches will be closed without review.",
  ]) {
    it(`respects: ${text}`, () => assert.isNotNull(forbidsMachineChanges(text)))
  }
  for (const text of [
    "AI-generated code must be reviewed by a person before you open the pull request.",
    "Agents: run npm test before you commit.",
    "Do not open pull requests against the release branch.",
    "",
  ]) {
    it(`is not refused by: ${text}`, () => assert.isNull(forbidsMachineChanges(text)))
  }
})
