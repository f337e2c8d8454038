import type { Account } from "@loom/core/domain/Account"
import { useState } from "react"
import { useAccounts, useChangeAccount } from "../api/account.ts"
import { Badge } from "../parts/Icon.tsx"
import { RequestFailed } from "../parts/Notice.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { Ago } from "../parts/Time.tsx"
import { useNow } from "../parts/use-now.ts"
import { tiers } from "../text/wording.ts"
import { Confirm } from "../widgets/Confirm.tsx"

const Row = ({ account, now }: { readonly account: Account; readonly now: number }) => {
  const change = useChangeAccount()
  const [reason, setReason] = useState("")
  const set = (patch: Parameters<typeof change.mutate>[0]["change"]) =>
    change.mutateAsync({ id: account.id, change: patch }).catch(() => undefined)
  return (
    <li className="row">
      <div>
        <p>
          <strong>
            <Untrusted>{account.login}</Untrusted>
          </strong>{" "}
          {account.blocked === null ? null : <Badge tone="bad">Blocked</Badge>}
        </p>
        <p className="muted">
          last seen <Ago at={account.lastSeenAt} now={now} />
          {account.blocked === null ? null : (
            <>
              {" "}
              · blocked by <Untrusted>{account.blocked.by}</Untrusted>: <Untrusted>{account.blocked.reason}</Untrusted>
            </>
          )}
        </p>
      </div>
      <div className="row-tools">
        <label className="field">
          <span>Tier</span>
          <select
            value={account.tier}
            disabled={change.isPending}
            onChange={(event) => {
              const tier = tiers.find((one) => one === event.currentTarget.value)
              if (tier !== undefined) void set({ tier })
            }}
          >
            {tiers.map((tier) => (
              <option key={tier} value={tier}>
                {tier}
              </option>
            ))}
          </select>
        </label>
        {account.blocked === null ? (
          <Confirm
            button="Block"
            title={`Block this account?`}
            confirm="Block the account"
            disabled={change.isPending}
            onConfirm={() => set({ blocked: { reason: reason.trim() === "" ? "No reason was given." : reason.trim() } })}
            fields={
              <label className="field">
                <span>Reason</span>
                <input value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
              </label>
            }
          >
            <p>
              <Untrusted>{account.login}</Untrusted> can no longer use Loom, whether signed in or with a token.
            </p>
          </Confirm>
        ) : (
          <button type="button" disabled={change.isPending} onClick={() => void set({ blocked: null })}>
            Unblock
          </button>
        )}
      </div>
    </li>
  )
}

/** For operators: who has signed in, how much each may ask for, and who is kept out. */
export const AccountsSection = () => {
  const [after, setAfter] = useState<string | null>(null)
  const accounts = useAccounts(true, after)
  const now = useNow(60_000)
  const next = accounts.data?.next ?? null
  return (
    <section className="card" aria-labelledby="accounts-heading">
      <h2 id="accounts-heading">Accounts</h2>
      {accounts.error === null ? null : <RequestFailed error={accounts.error} retry={() => void accounts.refetch()} />}
      {accounts.data === undefined ? null : accounts.data.items.length === 0 ? (
        <p className="muted">Nobody has signed in yet.</p>
      ) : (
        <ul className="rows" aria-label="Accounts">
          {accounts.data.items.map((account) => (
            <Row key={account.id} account={account} now={now} />
          ))}
        </ul>
      )}
      <p className="buttons">
        {after === null ? null : (
          <button type="button" onClick={() => setAfter(null)}>
            First accounts
          </button>
        )}
        {next === null ? null : (
          <button type="button" onClick={() => setAfter(next)}>
            More accounts
          </button>
        )}
      </p>
    </section>
  )
}
