import { assert, describe, it } from "@effect/vitest"
import { createServer } from "node:http"
import { listModels, modelFromEnvironment, recordedModelChoice } from "./model.ts"

const never = () => Promise.reject(new Error("nobody was to be asked"))

describe("the model of the environment", () => {
  it("is none without a key", async () => {
    assert.isNull(await modelFromEnvironment({}, never))
    assert.isNull(await modelFromEnvironment({ ANTHROPIC_API_KEY: " ", LOOM_MODEL: "anthropic/x" }, never))
  })

  it("is Anthropic's before OpenAI's, and says so to the Worker with the key", async () => {
    const choice = await modelFromEnvironment({ ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "o" }, never)
    assert.match(choice?.name ?? "", /^anthropic\//)
    assert.deepInclude(choice?.variables, {
      LOOM_MODEL: choice?.name ?? "",
      ANTHROPIC_API_KEY: "a",
      OPENAI_API_KEY: "o",
      LOOM_MODEL_PRICE: "known",
    })
    assert.isNull(choice?.note)
  })

  it("is LOOM_MODEL where it is named, with its budget", async () => {
    const choice = await modelFromEnvironment({ OPENAI_API_KEY: "o", LOOM_MODEL: "openai/mini", LOOM_BUDGET_USD: "2" }, never)
    assert.deepInclude(choice?.variables, { LOOM_MODEL: "openai/mini", LOOM_BUDGET_USD: "2" })
  })

  it("is asked for at a compatible server, and free on this machine only", async () => {
    const local = await modelFromEnvironment({ OPENAI_COMPATIBLE_BASE_URL: "http://localhost:11434/v1" }, async () => ["coder:7b", "other"])
    assert.deepInclude(local?.variables, { LOOM_MODEL: "openai-compatible/coder:7b", LOOM_MODEL_PRICE: "free" })
    const remote = await modelFromEnvironment({ OPENAI_COMPATIBLE_BASE_URL: "https://llm.example/v1" }, async () => ["big"])
    assert.deepInclude(remote?.variables, { LOOM_MODEL_PRICE: "known" })
  })

  it("a server without models asks for LOOM_MODEL", async () => {
    const error = await modelFromEnvironment({ OPENAI_COMPATIBLE_BASE_URL: "http://localhost:1" }, async () => []).catch(
      (cause: unknown) => cause,
    )
    assert.match(String(error), /LOOM_MODEL/)
  })
})

describe("listModels", () => {
  it("reads the list of a real server, with the key", async () => {
    const server = createServer((request, response) =>
      response.end(
        request.url === "/v1/models" && request.headers.authorization === "Bearer k" ? '{"data":[{"id":"m1"},{"id":"m2"}]}' : "{}",
      ),
    )
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    try {
      assert.deepStrictEqual(await listModels(`http://127.0.0.1:${port}/v1/`, "k"), ["m1", "m2"])
      const error = await listModels(`http://127.0.0.1:${port}/v1`, undefined).catch((cause: unknown) => cause)
      assert.match(String(error), /does not list its models.*LOOM_MODEL/s)
    } finally {
      server.close()
    }
  })
})

it("the recorded model costs nothing and is named for what it is", () =>
  assert.deepInclude(recordedModelChoice("http://127.0.0.1:1").variables, {
    LOOM_MODEL_PRICE: "free",
    LOOM_MODEL_NOTE: "a recorded model",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
  }))
