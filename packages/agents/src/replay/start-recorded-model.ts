import { LLMock } from "@copilotkit/aimock"
import type { RecordedChange } from "@loom/core/domain/RecordedChange"
import { nextRecordedCall, type RequestFacts } from "./recorded-model.ts"

export interface RecordedModel {
  /** Base of the server: `<url>/v1` speaks Anthropic Messages, OpenAI Responses and chat completions. */
  readonly url: string
  /** Plays `change` for the issue `owner/name#N`; a later call for the same issue replaces it. */
  readonly play: (issueKey: string, change: RecordedChange) => void
  readonly close: () => Promise<void>
}

type Request = Parameters<NonNullable<Parameters<LLMock["on"]>[0]["predicate"]>>[0]

const textOf = (content: Request["messages"][number]["content"]): string =>
  typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("\n")

const roleOf = (request: Request): RequestFacts["role"] => {
  const tools = new Set((request.tools ?? []).map((tool) => tool.function.name))
  return tools.has("submit_plan") ? "planner" : tools.has("submit_review") ? "reviewer" : "coder"
}

/** Reads the task header that `renderTask` writes; the first one counts, issue text comes after it. */
const factsOf = (request: Request): RequestFacts => {
  const task = request.messages
    .filter((message) => message.role === "user")
    .map((message) => textOf(message.content))
    .join("\n")
  return {
    role: roleOf(request),
    toolResultsSoFar: request.messages.filter((message) => message.role === "tool").length,
    issueKey: /^loom-issue: (\S+)$/m.exec(task)?.[1] ?? "",
    title: /<untrusted origin="issue title[^"]*">\n(.*)\n<\/untrusted>/.exec(task)?.[1] ?? "",
  }
}

/** Never zero, so that meters, ledgers and cost columns show that they work. */
const usageOf = (request: Request, answer: string) => {
  const input = Math.ceil(JSON.stringify(request.messages).length / 4)
  const output = Math.max(1, Math.ceil(answer.length / 4))
  return { input_tokens: input, output_tokens: output, prompt_tokens: input, completion_tokens: output }
}

/**
 * Starts a model server on a free loopback port that plays recorded changes over the real wire formats, streaming included. For
 * demonstrations and tests; never imported by the Worker. An issue nobody recorded gets a 404 that says so.
 */
export const startRecordedModel = async (): Promise<RecordedModel> => {
  const changes = new Map<string, RecordedChange>()
  const server = new LLMock({ port: 0, logLevel: "silent" })
  server.on({ predicate: () => true }, (request) => {
    const facts = factsOf(request)
    const change = changes.get(facts.issueKey)
    if (change === undefined)
      return {
        status: 404,
        error: {
          type: "not_found_error",
          message: `no recorded change for ${facts.issueKey === "" ? "this conversation" : facts.issueKey}`,
        },
      }
    const call = nextRecordedCall(change, facts)
    const text = JSON.stringify(call.arguments)
    return {
      toolCalls: [{ name: call.name, arguments: text, id: `call_recorded_${facts.role}_${facts.toolResultsSoFar}` }],
      usage: usageOf(request, text),
    }
  })
  const url = await server.start()
  return {
    url,
    play: (issueKey, change) => void changes.set(issueKey, change),
    close: () => server.stop(),
  }
}
