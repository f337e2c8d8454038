import type { Totals } from "@loom/core/ports/TaskCatalogue"

interface Figures {
  readonly version: string
  readonly now: number
  readonly database: string
  readonly totals: Totals
  readonly ended: { readonly completed: number; readonly failed: number; readonly other: number }
}

type Sample = readonly [labels: string, value: number]

const metric = (name: string, help: string, samples: ReadonlyArray<Sample>): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples.map(([labels, value]) => `${name}${labels} ${value}`), ""].join("\n")

/** Gauges: Loom's figures are read, not counted up in this process (prometheus.io, "Exposition formats"). */
export const prometheusText = ({ database, ended, now, totals, version }: Figures): string => {
  const { oldestPendingAt, ...counts } = totals
  const escaped = version.replaceAll(/[\\"\n]/g, "")
  return [
    metric("loom_info", "Version of this Loom.", [[`{version="${escaped}"}`, 1]]),
    metric("loom_database_up", "Whether the database answers.", [["", database === "ok" ? 1 : 0]]),
    metric(
      "loom_tasks",
      "Tasks by status.",
      Object.entries(counts).map(([status, count]): Sample => [`{status="${status}"}`, count]),
    ),
    metric("loom_queue_oldest_seconds", "Age of the oldest pending task.", [
      ["", oldestPendingAt === null ? 0 : Math.max(0, (now - oldestPendingAt) / 1000)],
    ]),
    metric(
      "loom_runs_ended_last_day",
      "Runs that ended in the last 24 hours.",
      Object.entries(ended).map(([outcome, count]): Sample => [`{outcome="${outcome}"}`, count]),
    ),
  ].join("")
}
