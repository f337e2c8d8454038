import type { AccessScope } from "@loom/core/domain/AccessScope"
import { useState } from "react"
import { scopes } from "../text/wording.ts"
import { useMakeToken, useRevokeToken, useTokens } from "../api/account.ts"
import { Notice, RequestFailed } from "../parts/Notice.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { Ago } from "../parts/Time.tsx"
import { useNow } from "../parts/use-now.ts"
import { formatDuration } from "../text/duration.ts"
import { Confirm } from "../widgets/Confirm.tsx"

const days = [7, 30, 90, 366] as const

const NewToken = () => {
  const [name, setName] = useState("")
  const [scope, setScope] = useState<AccessScope>("read")
  const [life, setLife] = useState<number>(90)
  const [made, setMade] = useState<string | null>(null)
  const make = useMakeToken((token) => {
    setMade(token)
    setName("")
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate({ name: name.trim(), scope, expiresInDays: life })
      }}
    >
      {made === null ? null : (
        <Notice tone="good" title="Copy the token now: it is not shown again." role="status">
          <p>
            <code className="secret">{made}</code>
          </p>
          <button type="button" onClick={() => void navigator.clipboard.writeText(made)}>
            Copy
          </button>
        </Notice>
      )}
      <label className="field">
        <span>Name of a new token</span>
        <input
          required
          maxLength={100}
          value={name}
          autoComplete="off"
          placeholder="What it is for"
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <div className="form-row">
        <label className="field">
          <span>May</span>
          <select value={scope} onChange={(event) => setScope(scopes.find((one) => one === event.currentTarget.value) ?? "read")}>
            <option value="read">read</option>
            <option value="write">read and write</option>
            <option value="admin">everything you may</option>
          </select>
        </label>
        <label className="field">
          <span>For</span>
          <select value={life} onChange={(event) => setLife(Number(event.currentTarget.value))}>
            {days.map((count) => (
              <option key={count} value={count}>
                {count} days
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={make.isPending}>
          Make the token
        </button>
      </div>
    </form>
  )
}

/** Tokens for scripts and the command line: made, listed without themselves, revoked. */
export const TokensSection = () => {
  const tokens = useTokens(true)
  const revoke = useRevokeToken()
  const now = useNow(60_000)
  return (
    <section className="card" aria-labelledby="tokens-heading">
      <h2 id="tokens-heading">API tokens</h2>
      <p className="muted">
        For scripts and the <code>loom</code> command. A token can do what you can, within its scope.
      </p>
      {tokens.error === null ? null : <RequestFailed error={tokens.error} retry={() => void tokens.refetch()} />}
      {tokens.data === undefined ? null : tokens.data.items.length === 0 ? (
        <p className="muted">You have no token.</p>
      ) : (
        <ul className="rows" aria-label="Your tokens">
          {tokens.data.items.map((token) => (
            <li key={token.id} className="row">
              <div>
                <p>
                  <strong>
                    <Untrusted>{token.name}</Untrusted>
                  </strong>{" "}
                  <code>{token.hint}…</code>
                </p>
                <p className="muted">
                  {token.scopes.join(", ")} ·{" "}
                  {token.lastUsedAt === null ? (
                    "never used"
                  ) : (
                    <>
                      used <Ago at={token.lastUsedAt} now={now} />
                    </>
                  )}{" "}
                  · {token.expiresAt <= now ? "expired" : `ends in ${formatDuration(token.expiresAt - now)}`}
                </p>
              </div>
              <Confirm
                button="Revoke"
                title="Revoke this token?"
                confirm="Revoke the token"
                onConfirm={() => revoke.mutateAsync(token.id).catch(() => undefined)}
              >
                <p>
                  Whatever uses <Untrusted>{token.name}</Untrusted> is refused from now on.
                </p>
              </Confirm>
            </li>
          ))}
        </ul>
      )}
      <NewToken />
    </section>
  )
}
