import { Schema } from "effect"
import { TaskDetail, TaskEventView, TaskLogView } from "@loom/core/domain/TaskView"
import { jsonSchemaOf } from "./json-schema.ts"

/** What the live feed sends, by the name of the server-sent event. */
export const liveMessages = {
  task: { summary: "The task as it is now, after each event.", schema: TaskDetail },
  event: { summary: "An entry of the task's history.", schema: TaskEventView },
  log: { summary: "A line of the task's log.", schema: TaskLogView },
  end: { summary: "The task has ended; nothing follows.", schema: Schema.Struct({}) },
} as const

/** AsyncAPI 3 of the live feed of one task, `GET /api/v1/tasks/{id}/live`. */
export const asyncApiDocument = (version: string) => ({
  asyncapi: "3.0.0",
  info: {
    title: "Loom, live",
    version,
    description:
      "Server-sent events (HTML, section 9.2). The id of an event is `<event seq>.<log seq>`: sent back as `Last-Event-ID`, the feed goes on behind it without a gap or a repeat.",
    license: { name: "MIT" },
  },
  defaultContentType: "application/json",
  channels: {
    taskLive: {
      address: "/api/v1/tasks/{id}/live",
      parameters: { id: { description: "The task's id." } },
      messages: Object.fromEntries(Object.keys(liveMessages).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    },
  },
  operations: {
    followTask: {
      action: "send",
      channel: { $ref: "#/channels/taskLive" },
      summary: "What happens to the task, as it happens.",
      messages: Object.keys(liveMessages).map((name) => ({ $ref: `#/channels/taskLive/messages/${name}` })),
    },
  },
  components: {
    messages: Object.fromEntries(
      Object.entries(liveMessages).map(([name, { schema, summary }]) => [name, { name, summary, payload: jsonSchemaOf(schema) }]),
    ),
  },
})
