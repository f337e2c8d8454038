import { useRef, useState } from "react"
import { useLocation } from "wouter"
import { type Issue, useNewTask } from "../api/new-task.ts"
import { useMe } from "../api/me.ts"
import { useRepositories } from "../api/repositories.ts"
import { asApiError } from "../api/ApiError.ts"
import { Notice } from "../parts/Notice.tsx"
import { PageHeading } from "../parts/PageHeading.tsx"
import { SignIn } from "../parts/SignIn.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { Tabs } from "../widgets/Tabs.tsx"
import { Toggle } from "../widgets/Toggle.tsx"

const RepositoryField = ({ onChange, value }: { readonly value: string; readonly onChange: (value: string) => void }) => {
  const repositories = useRepositories()
  return (
    <label className="field">
      <span>Repository</span>
      <input
        name="repository"
        list="known-repositories"
        value={value}
        required
        maxLength={200}
        pattern="[^\s\/]+\/[^\s\/]+"
        title="owner/name, as on GitHub"
        placeholder="owner/name"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id="known-repositories">
        {repositories.data?.items.map(({ repository }) => (
          <option key={repository} value={repository} />
        ))}
      </datalist>
    </label>
  )
}

interface FormProps {
  readonly children: React.ReactNode
  readonly wish: () => Issue
}

/** Sends once per wish: what is sent again unchanged after an error has the same key, and is done once. */
const WishForm = ({ children, wish }: FormProps) => {
  const [, navigate] = useLocation()
  const [approval, setApproval] = useState(false)
  const sent = useRef<{ readonly text: string; readonly key: string } | null>(null)
  const create = useNewTask((taskId) => navigate(`/tasks/${encodeURIComponent(taskId)}`))
  const error = create.error === null ? null : asApiError(create.error)
  return (
    <form
      className="card form"
      onSubmit={(event) => {
        event.preventDefault()
        const input = { ...wish(), ...(approval ? { approval } : {}) }
        const text = JSON.stringify(input)
        if (sent.current?.text !== text) sent.current = { text, key: crypto.randomUUID() }
        create.mutate({ input, key: sent.current.key })
      }}
    >
      {children}
      <Toggle label="Show me the plan first" hint="Nothing is written before it is approved." on={approval} onChange={setApproval} />
      {error === null ? null : (
        <Notice tone="bad" title={error.message} role="alert">
          <p>
            <Untrusted>{error.remedy}</Untrusted>
          </p>
        </Notice>
      )}
      <button type="submit" className="primary" disabled={create.isPending}>
        {create.isPending ? "Asking…" : "Let Loom resolve it"}
      </button>
    </form>
  )
}

const ExistingIssue = () => {
  const [repository, setRepository] = useState("")
  const [number, setNumber] = useState("")
  return (
    <WishForm wish={() => ({ repository: repository.trim(), issueNumber: Number(number) })}>
      <RepositoryField value={repository} onChange={setRepository} />
      <label className="field">
        <span>Issue number</span>
        <input
          name="issue"
          type="number"
          inputMode="numeric"
          min={1}
          max={999_999_999}
          required
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      </label>
    </WishForm>
  )
}

const NewIssue = () => {
  const [repository, setRepository] = useState("")
  const [title, setTitle] = useState("")
  const [body, setBody] = useState("")
  return (
    <WishForm wish={() => ({ repository: repository.trim(), title: title.trim(), body })}>
      <RepositoryField value={repository} onChange={setRepository} />
      <label className="field">
        <span>Title</span>
        <input
          name="title"
          required
          maxLength={256}
          value={title}
          autoComplete="off"
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <label className="field">
        <span>What is wrong, and how it should be</span>
        <textarea name="body" rows={8} maxLength={60_000} value={body} onChange={(event) => setBody(event.currentTarget.value)} />
      </label>
    </WishForm>
  )
}

/** An issue is given to Loom by hand: one that there is, or one that is opened with it. */
export const NewTaskPage = () => {
  const [kind, setKind] = useState("existing")
  const me = useMe()
  return (
    <main className="page narrow" id="main">
      <PageHeading title="New task">New task</PageHeading>
      <p className="muted">
        The same as the label <code>loom:ready</code> on an issue. You need write access to the repository, and Loom must be installed
        there.
      </p>
      {me.data?.kind === "anonymous" ? (
        <Notice tone="warn" title="You are not signed in.">
          <p>
            To give Loom an issue, <SignIn me={me.data} />.
          </p>
        </Notice>
      ) : null}
      <Tabs
        label="Which issue"
        selected={kind}
        onSelect={setKind}
        tabs={[
          { id: "existing", name: "An existing issue", content: <ExistingIssue /> },
          { id: "new", name: "A new issue", content: <NewIssue /> },
        ]}
      />
    </main>
  )
}
