import { build } from "esbuild"
import path from "node:path"
import { isOwnBase } from "./base-image.ts"
import type { Engine } from "./engine.ts"

const ROOM = path.join(import.meta.dirname, "..", "..")

/** The daemon as one file, which the image takes in. Without the time or the place of its making: the same sources, the same bytes. */
export const bundleDaemon = async (): Promise<void> => {
  await build({
    entryPoints: [path.join(ROOM, "src", "main.ts")],
    absWorkingDir: ROOM,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    outfile: path.join(ROOM, "dist", "sandboxd.mjs"),
    logLevel: "error",
  })
}

/** Builds the image of `apps/sandbox/Dockerfile`; minutes the first time, seconds when only the daemon is another. */
export const buildImage = async (
  engine: Engine,
  options: { readonly tag: string; readonly base: string; readonly snapshot?: string; readonly say: (text: string) => void },
): Promise<void> => {
  await bundleDaemon()
  await engine.runLoudly(
    [
      "build",
      `--tag=${options.tag}`,
      `--build-arg=BASE=${options.base}`,
      ...(options.snapshot === undefined ? [] : [`--build-arg=SNAPSHOT=${options.snapshot}`]),
      ...(isOwnBase(options.base) ? ["--network=host"] : []),
      ROOM,
    ],
    options.say,
  )
}
