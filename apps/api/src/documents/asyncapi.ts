import { Schema } from "effect"
import { LiveAck, liveCloseCodes, LiveMessage } from "@loom/core/domain/LiveMessage"
import { TaskDetail, TaskEventView, TaskLogView } from "@loom/core/domain/TaskView"
import { jsonSchemaOf } from "./json-schema.ts"

/** What the live feed sends, by the name of the server-sent event. */
export const liveMessages = {
  task: { summary: "The task as it is now, after each event.", schema: TaskDetail },
  event: { summary: "An entry of the task's history.", schema: TaskEventView },
  log: { summary: "A line of the task's log.", schema: TaskLogView },
  end: { summary: "The task has ended; nothing follows.", schema: Schema.Struct({}) },
} as const

/** The same over a WebSocket: what is sent, and what a viewer says. */
const socketMessages = {
  news: { summary: "The task as it is, entries of its history or log, or its end; `cursor` is the place behind it.", schema: LiveMessage },
  ack: { summary: "From the viewer: so many characters of messages were taken. At least every 128 k characters.", schema: LiveAck },
} as const

const refsTo = (messages: object) =>
  Object.fromEntries(Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]))

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
    taskSocket: {
      address: "/api/v1/tasks/{id}/live",
      title: "The same with `Upgrade: websocket`",
      description: `\`?after=<cursor>\` goes on behind the last message that was taken. Closed with ${liveCloseCodes.renew} after five minutes and ${liveCloseCodes.slow} where nothing is taken for half a minute: connect again behind the cursor.`,
      parameters: { id: { description: "The task's id." } },
      bindings: {
        ws: {
          query: {
            type: "object",
            properties: { after: { type: "string", description: "`<event seq>.<log seq>`, the beginning without it" } },
          },
        },
      },
      messages: refsTo(socketMessages),
    },
    taskLive: {
      address: "/api/v1/tasks/{id}/live",
      parameters: { id: { description: "The task's id." } },
      messages: refsTo(liveMessages),
    },
  },
  operations: {
    watchTask: {
      action: "send",
      channel: { $ref: "#/channels/taskSocket" },
      summary: "What happens to the task, as it happens.",
      messages: [{ $ref: "#/channels/taskSocket/messages/news" }],
    },
    acknowledge: {
      action: "receive",
      channel: { $ref: "#/channels/taskSocket" },
      summary: "Sending goes on only as far as is acknowledged.",
      messages: [{ $ref: "#/channels/taskSocket/messages/ack" }],
    },
    followTask: {
      action: "send",
      channel: { $ref: "#/channels/taskLive" },
      summary: "What happens to the task, as it happens.",
      messages: Object.keys(liveMessages).map((name) => ({ $ref: `#/channels/taskLive/messages/${name}` })),
    },
  },
  components: {
    messages: Object.fromEntries(
      Object.entries({ ...liveMessages, ...socketMessages }).map(([name, { schema, summary }]) => [
        name,
        { name, summary, payload: jsonSchemaOf(schema) },
      ]),
    ),
  },
})
