import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { type Browser, chromium } from "playwright-core"

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

/** The program to start: `CHROMIUM_PATH`, else the first known name on PATH. */
const chromiumPath = (): string => {
  const set = process.env["CHROMIUM_PATH"]
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const found = set ?? names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
  if (found === undefined)
    throw new Error("Chromium is missing: run `apt-get install chromium`, or set CHROMIUM_PATH to a Chromium or Chrome.")
  return found
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
