import type { LogLine } from "@loom/core/domain/Run"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import type { Colors } from "./colors.ts"
import { progressLines, stageLine } from "./progress.ts"
import { fit, plain } from "./text.ts"

/** Where progress is drawn: a terminal, or anything that takes text. */
export interface Screen {
  readonly write: (text: string) => void
  readonly isTTY: boolean
  readonly columns: () => number
}

const shownLogLines = 3

/** Shows a run while it goes on: redrawn in place on a terminal, one line per news elsewhere. */
export class ProgressView {
  readonly #screen: Screen
  readonly #colors: Colors
  readonly #told = new Map<string, string>()
  readonly #timer: NodeJS.Timeout | null
  #detail: TaskDetail | null = null
  #log: Array<string> = []
  #drawn = 0
  #frame = 0

  constructor(screen: Screen, colors: Colors) {
    this.#screen = screen
    this.#colors = colors
    this.#timer = screen.isTTY ? setInterval(() => this.#draw(), 100) : null
    if (screen.isTTY) screen.write(hideCursor)
  }

  task(detail: TaskDetail): void {
    if (detail.stage !== this.#detail?.stage) this.#log = []
    this.#detail = detail
    if (this.#screen.isTTY) return
    for (const stage of detail.stages) {
      const key = `${stage.name} ${stage.startedAt}`
      const line = stageLine(stage, Date.now(), this.#screen.columns())
      if (this.#told.get(key) === stage.outcome) continue
      this.#told.set(key, stage.outcome)
      this.#screen.write(`${line}\n`)
    }
  }

  log(line: LogLine): void {
    if (line.level === "debug") return
    const lines = line.message.split("\n").filter((text) => plain(text).trim() !== "")
    this.#log = [...this.#log, ...lines].slice(-shownLogLines)
    if (!this.#screen.isTTY) for (const text of lines) this.#screen.write(`${fit(`  ${plain(text)}`, this.#screen.columns())}\n`)
  }

  /** Draws the last state once more and gives the terminal back. */
  end(): void {
    if (this.#timer === null) return
    clearInterval(this.#timer)
    this.#log = []
    this.#draw()
    this.#screen.write(showCursor)
  }

  #draw(): void {
    const columns = this.#screen.columns() - 1
    const view = {
      stages: this.#detail?.stages ?? [],
      log: this.#log,
      status: this.#detail === null ? "waiting for the task" : `task ${this.#detail.status}`,
    }
    const lines = progressLines(view, Date.now(), { columns, frame: this.#frame++, colors: this.#colors })
    const up = this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A`
    this.#screen.write(`${up}${lines.map((line) => `\r\u001b[2K${line}\n`).join("")}\u001b[J`)
    this.#drawn = lines.length
  }
}

const hideCursor = "\u001b[?25l"
export const showCursor = "\u001b[?25h"
