import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Prompt } from "effect/ai"
import * as fc from "fast-check"
import { steering } from "../prompts/coder.ts"
import { compactTranscript } from "./compact-transcript.ts"
import { detectLoop } from "./detect-loop.ts"
import { estimateTokens } from "./estimate-tokens.ts"
import { decodeTranscript, encodeTranscript } from "./transcript-codec.ts"

const say = (text: string) => Prompt.userMessage({ content: [Prompt.textPart({ text })] })
/** One turn: a call and its result. */
const turn = (
  name: string,
  params: unknown,
  result: string,
  isFailure = false,
  id: string = crypto.randomUUID(),
): ReadonlyArray<Prompt.Message> => [
  Prompt.assistantMessage({ content: [Prompt.toolCallPart({ id, name, params, providerExecuted: false })] }),
  Prompt.toolMessage({ content: [Prompt.toolResultPart({ id, name, isFailure, result, providerExecuted: false })] }),
]
const head = [Prompt.systemMessage({ content: "You fix code." }), say("The task")]

const json = fc.jsonValue({ maxDepth: 2 })
const options = fc.option(fc.dictionary(fc.constantFrom("anthropic", "openai"), fc.dictionary(fc.string(), fc.string())), { nil: {} })
const message: fc.Arbitrary<Prompt.Message> = fc.oneof(
  fc.string().map((content) => Prompt.systemMessage({ content })),
  fc.tuple(fc.string(), options).map(([text, given]) => Prompt.userMessage({ content: [Prompt.textPart({ text })], options: given })),
  fc.tuple(fc.string(), fc.string(), json, options).map(([id, text, params, given]) =>
    Prompt.assistantMessage({
      content: [
        Prompt.textPart({ text }),
        Prompt.reasoningPart({ text, options: given }),
        Prompt.toolCallPart({ id, name: "bash", params, providerExecuted: false, options: given }),
      ],
    }),
  ),
  fc
    .tuple(fc.string(), json, fc.boolean())
    .map(([id, result, isFailure]) =>
      Prompt.toolMessage({ content: [Prompt.toolResultPart({ id, name: "bash", isFailure, result, providerExecuted: false })] }),
    ),
)

describe("the transcript codec", () => {
  const throughJson = (messages: ReadonlyArray<Prompt.Message>) =>
    Effect.gen(function* () {
      const stored = JSON.parse(JSON.stringify(yield* encodeTranscript(messages)))
      const read = yield* decodeTranscript(stored)
      return { read, stored, again: JSON.parse(JSON.stringify(yield* encodeTranscript(read))) }
    })
  it("survives JSON, signatures and all", () =>
    fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (messages) => {
        const { read, stored, again } = await Effect.runPromise(throughJson(messages))
        assert.deepStrictEqual(again, stored)
        assert.deepStrictEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(messages)))
      }),
    ))
})

describe("compactTranscript", () => {
  const long = (n: number) => turn("bash", { command: `seq ${n}` }, "x".repeat(3000), false, `call-${n}`)
  const transcript = [...head, ...Array.from({ length: 10 }, (_, n) => long(n)).flat()]

  it("leaves out the oldest results first, and nothing a person or the model said", () => {
    const compacted = compactTranscript(transcript, estimateTokens(transcript) * 0.75) ?? []
    assert.lengthOf(compacted, transcript.length)
    assert.deepStrictEqual(compacted.slice(0, 3), transcript.slice(0, 3))
    assert.deepStrictEqual(compacted.slice(-12), transcript.slice(-12))
    assert.include(JSON.stringify(compacted[3]), "3000 characters of an older result were left out")
  })
  it("is deterministic, keeps every call's result, and never grows", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2000), fc.boolean()), { maxLength: 12 }), fc.nat(8000), (turns, limit) => {
        const messages = [
          ...head,
          ...turns.flatMap(([size, isFailure], n) => turn("read", { path: `f${n}` }, "y".repeat(size), isFailure, `c${n}`)),
        ]
        const once = compactTranscript(messages, limit)
        assert.deepStrictEqual(compactTranscript(messages, limit), once)
        if (once === null) return
        assert.isBelow(estimateTokens(once), estimateTokens(messages))
        assert.deepStrictEqual(
          once.map(({ role }) => role),
          messages.map(({ role }) => role),
        )
      }),
    )
  })
  it("says when there is nothing to leave out", () => assert.isNull(compactTranscript(head, 1)))
})

describe("detectLoop", () => {
  const three = <A>(make: (n: number) => ReadonlyArray<A>) => [0, 1, 2].flatMap(make)

  it("lets a coder look again after it changed something", () => {
    assert.isNull(
      detectLoop([
        ...head,
        ...three((n) => [
          ...turn("run_tests", {}, "1 failed"),
          ...turn("edit", { path: "a", oldText: String(n), newText: "x" }, "Replaced"),
        ]),
      ]),
    )
    assert.isNull(detectLoop([...head, ...three((n) => turn("bash", { command: "npm test" }, `result ${n}`))]))
    const elided = "[300 characters of an older result were left out to save room; run the tool again if you need it]"
    assert.isNull(detectLoop([...head, ...three(() => turn("bash", { command: "npm test" }, elided))]))
  })
  it("finds the same call with the same result", () =>
    assert.include(detectLoop([...head, ...three(() => turn("read", { path: "a" }, "text"))])?.what ?? "", "called read 3 times"))
  it("finds the same call over and over, whatever it answers", () =>
    assert.include(
      detectLoop([...head, ...[1, 2, 3, 4, 5].flatMap((n) => turn("bash", { command: "date" }, `${n}`))])?.what ?? "",
      "5 times with the same arguments",
    ))
  it("finds the edit that is refused again and again, also between other edits", () => {
    const refused = () => [
      ...turn("edit", { path: "a", oldText: "z", newText: "y" }, "not in the file", true),
      ...turn("write", { path: "b", content: "" }, "Wrote"),
    ]
    assert.include(detectLoop([...head, ...three(refused)])?.what ?? "", "same edit was refused")
  })
  it("finds calls that are never valid", () =>
    assert.include(
      detectLoop([...head, ...[1, 2, 3, 4, 5, 6].flatMap((n) => turn("frob", { n }, "There is no tool", true))])?.what ?? "",
      "not valid",
    ))
  it("counts anew after a message of Loom's, and remembers that it steered", () => {
    const looped = [...head, ...three(() => turn("read", { path: "a" }, "text"))]
    assert.isFalse(detectLoop(looped)?.steered)
    const steered = [...looped, say(steering("x"))]
    assert.isNull(detectLoop(steered))
    assert.isTrue(detectLoop([...steered, ...three(() => turn("read", { path: "a" }, "text"))])?.steered)
  })
  it("does not mind a coder that finishes after every feedback", () =>
    assert.isNull(detectLoop([...head, ...three(() => turn("finish", { summary: "" }, "Noted."))])))
})
