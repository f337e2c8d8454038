import { join } from "node:path"
import { madeOnce } from "./made-once.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"
import { runWrangler } from "./wrangler.ts"

/**
 * The Worker as one file, bundled once for each state of its sources. A world runs this file and not the sources, so that
 * editing Loom does not restart a Loom that works.
 */
export const bundleWorker = async (root: string, directory: WorldDirectory): Promise<string> => {
  const folder = await madeOnce({
    root,
    kind: "worker",
    inputs: [
      "wrangler.toml",
      "pnpm-lock.yaml",
      "apps/worker/src",
      "apps/api/src",
      "packages/core/src",
      "packages/db/src",
      "packages/integrations/src",
      "packages/agents/src",
    ],
    make: (made) =>
      runWrangler(root, directory, {
        part: "the Worker's bundle",
        args: ["deploy", "--dry-run", "--containers-rollout=none", "--outdir", made],
        remedy: "Run `npm run check`, and build the status page by starting through npm.",
      }),
  })
  return join(folder, "main.js")
}
