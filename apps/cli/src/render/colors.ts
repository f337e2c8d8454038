import picocolors from "picocolors"

export type Colors = ReturnType<typeof picocolors.createColors>

/** Colours for a stream; none when it is no terminal or NO_COLOR is set (https://no-color.org). */
export const colorsFor = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Colors =>
  picocolors.createColors(stream.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb")

export const noColors = picocolors.createColors(false)
