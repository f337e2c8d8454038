import type { SystemStatus } from "@loom/core/domain/TaskView"
import { useSystemStatus } from "../api/queries.ts"
import { Badge } from "../parts/Icon.tsx"
import { Loading, RequestFailed } from "../parts/Notice.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { formatDuration } from "../text/duration.ts"
import { formatShare, successRate } from "../text/figures.ts"

const partNames = [
  ["github", "GitHub"],
  ["model", "Language model"],
  ["sandbox", "Sandbox"],
  ["database", "Database"],
] as const

/** `ok` is well; any other word is shown as it came, because it is the server's description of the trouble. */
const PartHealth = ({ says }: { readonly says: string }) =>
  says === "ok" ? (
    <Badge tone="good">Works</Badge>
  ) : (
    <Badge tone="warn">
      <Untrusted>{says === "" ? "Says nothing" : says}</Untrusted>
    </Badge>
  )

const rateLimitText = (left: SystemStatus["githubRateLimit"]): string =>
  left === null ? "not known" : `${left.remaining} of ${left.limit}`

const Figures = ({ status }: { readonly status: SystemStatus }) => {
  const figures = [
    ["Queued", String(status.queued)],
    ["Working", String(status.running)],
    ["Waiting for people", String(status.waiting)],
    ["Longest wait", status.oldestPendingMs === null ? "none waits" : formatDuration(status.oldestPendingMs)],
    ["Done", String(status.completed)],
    ["Failed", String(status.failed)],
    ["Cancelled", String(status.cancelled)],
    ["Success rate", successRate(status.completed, status.failed) ?? "no task ended yet"],
    ["Error rate, last 24 h", formatShare(status.lastDay.errorRate) ?? "no run ended"],
    ["GitHub requests left", rateLimitText(status.githubRateLimit)],
  ] as const
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export const HealthPage = () => {
  const status = useSystemStatus()
  return (
    <main className="page" id="main">
      <PageHeading title="Health">Health</PageHeading>
      {status.error === null ? null : (
        <RequestFailed
          error={status.error}
          retry={() => void status.refetch()}
          {...(status.data === undefined ? {} : { shownSince: status.dataUpdatedAt })}
        />
      )}
      {status.data === undefined ? (
        status.error === null ? (
          <Loading what="the state of Loom" />
        ) : null
      ) : (
        <>
          <section className="card" aria-labelledby="tasks-figures">
            <h2 id="tasks-figures">Tasks</h2>
            <Figures status={status.data} />
          </section>
          <section className="card" aria-labelledby="health-parts">
            <h2 id="health-parts">Parts</h2>
            <dl className="facts">
              {partNames.map(([key, name]) => (
                <div key={key}>
                  <dt>{name}</dt>
                  <dd>
                    <PartHealth says={status.data.health[key]} />
                  </dd>
                </div>
              ))}
              <div>
                <dt>Version of Loom</dt>
                <dd>
                  <Untrusted>{status.data.version}</Untrusted>
                </dd>
              </div>
            </dl>
          </section>
        </>
      )}
    </main>
  )
}
