import { hasAccount, isOperator, useMe } from "../api/me.ts"
import { Loading, Notice, RequestFailed } from "../parts/Notice.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { SignIn } from "../parts/SignIn.tsx"
import { AccountsSection } from "../settings/AccountsSection.tsx"
import { ConfigurationSection } from "../settings/ConfigurationSection.tsx"
import { SessionsSection } from "../settings/SessionsSection.tsx"
import { TokensSection } from "../settings/TokensSection.tsx"

/** What a person and a repository have set; for operators also who may use Loom. */
export const SettingsPage = () => {
  const me = useMe()
  return (
    <main className="page" id="main">
      <PageHeading title="Settings">Settings</PageHeading>
      {me.error === null ? null : <RequestFailed error={me.error} retry={() => void me.refetch()} />}
      {me.data === undefined ? (
        me.error === null ? (
          <Loading what="your settings" />
        ) : null
      ) : (
        <>
          {me.data.kind === "anonymous" ? (
            <Notice tone="warn" title="You are not signed in.">
              <p>
                To make tokens and see where you are signed in, <SignIn me={me.data} />.
              </p>
            </Notice>
          ) : null}
          {me.data.kind === "local" ? (
            <Notice tone="quiet" title="This Loom runs on your own machine, and you are its local user.">
              <p>There is nothing to sign in to: everything is allowed. A deployment asks people to sign in with GitHub.</p>
            </Notice>
          ) : null}
          <ConfigurationSection />
          {hasAccount(me.data) ? (
            <>
              <TokensSection />
              <SessionsSection />
            </>
          ) : null}
          {isOperator(me.data) ? <AccountsSection /> : null}
        </>
      )}
    </main>
  )
}
