import type { Tools } from "./tools.mjs"

export const childEnvironment: (
  env: Readonly<Record<string, string | undefined>>,
  place: { readonly root: string; readonly tools: Tools; readonly callerDirectory: string },
) => Record<string, string | undefined>
