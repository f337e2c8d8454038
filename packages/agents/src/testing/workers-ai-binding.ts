import type { WorkersAiBinding } from "../model/ModelTransport.ts"

/** A Workers AI binding that hands each request to a chat-completions server: workerd has no local one. Its streams always end with the usage. */
export const workersAiBinding = (url: string): WorkersAiBinding => ({
  run: async (model, inputs, options) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, ...inputs, ...(inputs["stream"] === true ? { stream_options: { include_usage: true } } : {}) }),
    })
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
    if (options?.["returnRawResponse"] === true) return response
    return inputs["stream"] === true ? response.body : response.json()
  },
})
