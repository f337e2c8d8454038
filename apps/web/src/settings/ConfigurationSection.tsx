import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import { useLocation, useSearch } from "wouter"
import { useRepositories, useRepository } from "../api/repositories.ts"
import { Notice, Loading, RequestFailed } from "../parts/Notice.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { visibleText } from "../text/untrusted.ts"

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(valueText).join(", ")
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)
}

const Keys = ({ config }: { readonly config: RepositoryConfig }) => {
  const entries = Object.entries(config)
  if (entries.length === 0) return <p className="muted">Nothing is set: Loom finds everything out by itself.</p>
  return (
    <dl className="facts">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{visibleText(name)}</code>
          </dt>
          <dd>
            <Untrusted>{valueText(value)}</Untrusted>
          </dd>
        </div>
      ))}
    </dl>
  )
}

const Configuration = ({ name }: { readonly name: string }) => {
  const repository = useRepository(name)
  if (repository.data === undefined)
    return repository.error === null ? (
      <Loading what="the configuration" />
    ) : (
      <RequestFailed error={repository.error} retry={() => void repository.refetch()} />
    )
  const { config, configProblems, defaultBranch } = repository.data
  return (
    <>
      {configProblems.length === 0 ? null : (
        <Notice tone="warn" title="Something in it is not as it should be.">
          <ul className="bullets">
            {configProblems.map((problem, i) => (
              <li key={i}>
                <Untrusted>{problem}</Untrusted>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {config === null ? (
        <p className="muted">GitHub could not be asked for it.</p>
      ) : (
        <>
          <p className="muted">
            <code>.github/loom.yml</code> on <code>{visibleText(defaultBranch ?? "the default branch")}</code>, as it is now
          </p>
          <Keys config={config} />
        </>
      )}
    </>
  )
}

/** A repository's own configuration, as Loom reads it, with what it does not understand. */
export const ConfigurationSection = () => {
  const [, navigate] = useLocation()
  const name = new URLSearchParams(useSearch()).get("repository")
  const repositories = useRepositories()
  const names = repositories.data?.items.map(({ repository }) => repository) ?? []
  return (
    <section className="card" aria-labelledby="configuration-heading">
      <h2 id="configuration-heading">Configuration of a repository</h2>
      <label className="field">
        <span>Repository</span>
        <select
          value={name ?? ""}
          onChange={({ currentTarget: { value } }) =>
            navigate(value === "" ? "/settings" : `/settings?repository=${encodeURIComponent(value)}`, { replace: true })
          }
        >
          <option value="">Choose one</option>
          {[...new Set([...names, ...(name === null ? [] : [name])])].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {name === null ? null : <Configuration key={name} name={name} />}
    </section>
  )
}
