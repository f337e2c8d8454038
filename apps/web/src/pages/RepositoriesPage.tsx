import type { RepositoryPage } from "@loom/core/domain/RepositoryView"
import { Link, useSearch } from "wouter"
import { useRepositories } from "../api/repositories.ts"
import { Badge } from "../parts/Icon.tsx"
import { Loading, RequestFailed } from "../parts/Notice.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { RecipeView } from "../parts/RecipeView.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { Ago } from "../parts/Time.tsx"
import { useNow } from "../parts/use-now.ts"
import { plural } from "../text/figures.ts"
import { statusWords, verdictWords } from "../text/wording.ts"
import { Disclosure } from "../widgets/Disclosure.tsx"

type Repository = (typeof RepositoryPage.Type)["items"][number]

const LastResult = ({ now, repository: { lastResult } }: { readonly repository: Repository; readonly now: number }) =>
  lastResult === null ? (
    <p className="muted">No task has ended yet.</p>
  ) : (
    <p className="repository-last">
      <Badge tone={statusWords[lastResult.status].tone}>{statusWords[lastResult.status].label}</Badge>
      <Link href={`/tasks/${encodeURIComponent(lastResult.taskId)}`}>
        <Untrusted>{`#${lastResult.issueNumber} ${lastResult.title}`}</Untrusted>
      </Link>
      <span className="muted">
        {lastResult.verdict === null ? "" : `${verdictWords[lastResult.verdict].label}, `}
        <Ago at={lastResult.at} now={now} />
      </span>
    </p>
  )

const Card = ({ now, repository }: { readonly repository: Repository; readonly now: number }) => {
  const { findings, recipe, tasks } = repository
  const name = repository.repository
  return (
    <li className="card">
      <div className="card-head">
        <h2>
          <Untrusted>{name}</Untrusted>
        </h2>
        <span className="muted">Installation {repository.installationId}</span>
      </div>
      <p className="muted">
        {tasks.pending} queued, {tasks.running} working, {tasks.waiting} waiting, {tasks.completed} done, {tasks.failed} failed
      </p>
      <LastResult repository={repository} now={now} />
      {findings.length === 0 ? null : (
        <ul className="findings" aria-label="What is to be mended">
          {findings.map((finding, i) => (
            <li key={i} className="finding tone-warn">
              <p>
                <Untrusted>{finding.detail}</Untrusted>
              </p>
              <p className="muted">
                <Untrusted>{finding.remedy}</Untrusted>
              </p>
            </li>
          ))}
        </ul>
      )}
      {recipe === null ? (
        <p className="muted">How it is tested is found out by its first run.</p>
      ) : (
        <Disclosure summary={<span>How it is installed and tested: {plural(recipe.install.length + recipe.test.length, "command")}</span>}>
          <RecipeView recipe={recipe} />
        </Disclosure>
      )}
      <p className="links">
        <Link href={`/?repository=${encodeURIComponent(name)}`}>Its tasks</Link>
        <Link href={`/settings?repository=${encodeURIComponent(name)}`}>Its configuration</Link>
      </p>
    </li>
  )
}

/** Where Loom is at work: how each repository is tested, what became of its last task, and what is to be mended. */
export const RepositoriesPage = () => {
  const cursor = new URLSearchParams(useSearch()).get("cursor")
  const repositories = useRepositories(cursor)
  const now = useNow(10_000)
  return (
    <main className="page" id="main">
      <PageHeading title="Repositories">Repositories</PageHeading>
      {repositories.error === null ? null : (
        <RequestFailed
          error={repositories.error}
          retry={() => void repositories.refetch()}
          {...(repositories.data === undefined ? {} : { shownSince: repositories.dataUpdatedAt })}
        />
      )}
      {repositories.data === undefined ? (
        repositories.error === null ? (
          <Loading what="repositories" />
        ) : null
      ) : repositories.data.items.length === 0 ? (
        <div className="empty">
          <h2>No repository yet</h2>
          <p>
            Install Loom's GitHub App on a repository, then put the label <code>loom:ready</code> on one of its issues.
          </p>
        </div>
      ) : (
        <>
          <ul className="cards" aria-label="Repositories">
            {repositories.data.items.map((repository) => (
              <Card key={repository.id} repository={repository} now={now} />
            ))}
          </ul>
          {repositories.data.next === null ? null : (
            <p>
              <Link href={`/repositories?cursor=${encodeURIComponent(repositories.data.next)}`} className="button">
                More repositories
              </Link>
            </p>
          )}
        </>
      )}
    </main>
  )
}
