import { Effect } from "effect"
import type { GitHubError } from "@loom/core/ports/GitHub"

const PER_PAGE = 100
/** 10,000 items; beyond that the oldest are left out rather than a request being without end. */
const MAX_PAGES = 100

interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly headers: { readonly link?: string | undefined }
}
type FetchPage<A> = (page: number, perPage: number) => Effect.Effect<Page<A>, GitHubError>

const pageIn = (link: string | undefined, relation: string): number | null => {
  const url = new RegExp(`<([^>]+)>;\\s*rel="${relation}"`).exec(link ?? "")?.[1]
  const page = url === undefined ? Number.NaN : Number(new URL(url).searchParams.get("page"))
  return Number.isInteger(page) && page > 0 ? page : null
}

/** Every item, in GitHub's order. */
export const allPages = <A>(fetchPage: FetchPage<A>): Effect.Effect<ReadonlyArray<A>, GitHubError> =>
  Effect.gen(function* () {
    const items: Array<A> = []
    for (let page = 1; page <= MAX_PAGES; page++) {
      const answer = yield* fetchPage(page, PER_PAGE)
      items.push(...answer.data)
      if (pageIn(answer.headers.link, "next") === null) break
    }
    return items
  })

/** At least the newest hundred (all, when there are fewer) of a list that GitHub answers oldest first: first page, then the last two. */
export const lastPage = <A>(fetchPage: FetchPage<A>): Effect.Effect<ReadonlyArray<A>, GitHubError> =>
  Effect.gen(function* () {
    const first = yield* fetchPage(1, PER_PAGE)
    const last = pageIn(first.headers.link, "last")
    if (last === null || last === 1) return first.data
    const before = last === 2 ? first : yield* fetchPage(last - 1, PER_PAGE)
    return [...before.data, ...(yield* fetchPage(last, PER_PAGE)).data]
  })
