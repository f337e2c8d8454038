/** GitHub sends nothing larger (facts/github.md section 3). */
export const MAX_WEBHOOK_BYTES = 25 * 1024 * 1024

/**
 * The raw bytes of a body, or `too_large`. A declared length is believed when it refuses; what comes is counted all the same,
 * because a chunked body declares nothing.
 */
export const readBody = async (request: Request, maxBytes = MAX_WEBHOOK_BYTES): Promise<Uint8Array<ArrayBuffer> | "too_large"> => {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN)
  if (declared > maxBytes) {
    await request.body?.cancel()
    return "too_large"
  }
  // HTTP framing holds a body to its declared length.
  if (Number.isInteger(declared)) return new Uint8Array(await request.arrayBuffer())
  const chunks: Array<Uint8Array> = []
  let length = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.byteLength
    if (length > maxBytes) {
      await reader?.cancel()
      return "too_large"
    }
    chunks.push(part.value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
