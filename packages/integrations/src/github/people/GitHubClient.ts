import { Context, type Redacted } from "effect"

/** The App as people sign in to it, made by the composition root from the Worker's environment. */
export class GitHubClient extends Context.Service<
  GitHubClient,
  {
    /** Where people are: `https://github.com`, or an Enterprise Server's address. Without trailing slash. */
    readonly webUrl: string
    /** REST root, as in `GitHubApp`. */
    readonly apiUrl: string
    /** Of the App's settings page; null: nobody can sign in. */
    readonly client: { readonly id: string; readonly secret: Redacted.Redacted<string> } | null
    /** For tests; default is the global one. */
    readonly fetch?: typeof globalThis.fetch
  }
>()("@loom/integrations/github/people/GitHubClient") {}
