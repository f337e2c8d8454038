import { join } from "node:path"
import { build } from "esbuild"

/** The text of the Worker as one file, without its static pages: for tests and benchmarks of its edge. */
export const bundleEdge = async (root: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(root, "apps/worker/src/main.ts")],
    write: false,
    bundle: true,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  })
  return outputFiles[0]?.text ?? ""
}
