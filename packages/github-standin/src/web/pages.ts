import { diffFiles, mergeBase } from "../git/diff.ts"
import { commentsOf, issueHtmlUrl } from "../shape/issue.ts"
import { isPull, type PullIssue } from "../shape/pull.ts"
import type { IssueRecord, RepositoryRecord } from "../store/records.ts"
import type { World } from "../world.ts"
import { diffBlock, html, page, renderMarkdown, type Html } from "./html.ts"

const MAX_SHOWN_FILES = 100

const card = (title: Html, content: Html, id = ""): Html =>
  html`<section class="card" id="${id}">
    <header>${title}</header>
    <div>${content}</div>
  </section>`

function badge(issue: IssueRecord): Html {
  const state = issue.pull?.mergedAt ? "merged" : issue.state
  return html`<span class="badge ${issue.pull?.draft && state === "open" ? "" : state}"
    >${issue.pull?.draft && state === "open" ? "draft" : state}</span
  >`
}

/** Issues and pull requests of a repository. */
export function repositoryPage(world: World, repository: RepositoryRecord): Html {
  const name = world.fullName(repository)
  const issues = world.store.state.issues.filter((issue) => issue.repositoryId === repository.id).toReversed()
  const rows = issues.map(
    (issue) =>
      html`<li>
        ${badge(issue)}
        <a href="${issueHtmlUrl(world, repository, issue)}">${issue.pull ? "Pull request" : "Issue"} #${issue.number}: ${issue.title}</a>
      </li>`,
  )
  return page(
    name,
    html`<h1>${name}</h1>
      <p>Clone: <code>git clone ${world.htmlUrl(repository)}.git</code></p>
      <ul>
        ${rows}
      </ul>`,
  )
}

/** One issue or pull request: description, conversation, and for a pull request its checks and changed files. */
export async function issuePage(world: World, repository: RepositoryRecord, issue: IssueRecord): Promise<Html> {
  const name = world.fullName(repository)
  const author = world.store.user(issue.authorId).login
  const labels = world.store.state.labels
    .filter((label) => issue.labelIds.includes(label.id))
    .map((label) => html`<span class="label">${label.name}</span> `)
  const comments = commentsOf(world, repository, issue.number).map((comment) =>
    card(
      html`<strong>${world.store.user(comment.authorId).login}</strong> commented ${comment.createdAt}`,
      renderMarkdown(comment.body),
      `issuecomment-${comment.id}`,
    ),
  )
  const body = html` <p><a href="${world.htmlUrl(repository)}">${name}</a></p>
    <h1>${issue.title} <small>#${issue.number}</small></h1>
    <p>
      ${badge(issue)} ${labels} ${isPull(issue) ? html`<code>${issue.pull.headRef}</code> into <code>${issue.pull.baseRef}</code>` : ""}
    </p>
    ${card(html`<strong>${author}</strong> opened this ${issue.createdAt}`, renderMarkdown(issue.body ?? "*No description.*"))} ${comments}
    ${isPull(issue) ? await pullSections(world, repository, issue) : ""}`
  return page(`${issue.title} · #${issue.number} · ${name}`, body)
}

async function pullSections(world: World, repository: RepositoryRecord, issue: PullIssue): Promise<Html> {
  const bare = world.bare(repository)
  const { headSha, baseSha } = issue.pull
  const files = await diffFiles(bare, await mergeBase(bare, baseSha, headSha), headSha)
  const { checkRuns, reviews, reviewComments } = world.store.state
  const isHere = (record: { repositoryId: number; number: number }): boolean =>
    record.repositoryId === repository.id && record.number === issue.number
  const checks = checkRuns
    .filter((run) => run.repositoryId === repository.id && run.headSha === headSha)
    .map((run) =>
      card(html`<strong>${run.name}</strong>: ${run.conclusion ?? run.status} ${run.output.title}`, renderMarkdown(run.output.summary)),
    )
  const reviewCards = reviews
    .filter((review) => isHere(review) && review.body !== "")
    .map((review) =>
      card(
        html`<strong>${world.store.user(review.authorId).login}</strong> ${review.state.toLowerCase().replace("_", " ")}`,
        renderMarkdown(review.body),
        `pullrequestreview-${review.id}`,
      ),
    )
  const inline = reviewComments
    .filter(isHere)
    .map((comment) =>
      card(
        html`<strong>${world.store.user(comment.authorId).login}</strong> on
          <code>${comment.path}${comment.line === null ? " (outdated)" : `:${comment.line}`}</code>`,
        renderMarkdown(comment.body),
        `discussion_r${comment.id}`,
      ),
    )
  const changes = files
    .slice(0, MAX_SHOWN_FILES)
    .map((file) =>
      card(
        html`<code>${file.filename}</code> ${file.status}, +${file.additions} −${file.deletions}`,
        file.patch === null ? html`<p>Binary or unchanged text.</p>` : diffBlock(file.patch),
      ),
    )
  return html` ${reviewCards}${inline}
    <h2>Checks <small>${headSha.slice(0, 7)}</small></h2>
    ${checks.length > 0 ? checks : html`<p>None yet.</p>`}
    <h2>${files.length} changed files</h2>
    ${changes}`
}
