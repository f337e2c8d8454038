import { Context, type Redacted } from "effect"

/** The operator's GitHub App, made by the composition root from the Worker's environment. */
export class GitHubApp extends Context.Service<
  GitHubApp,
  {
    /** REST root without trailing slash: `https://api.github.com`, or `https://<host>/api/v3` of an Enterprise Server. */
    readonly apiUrl: string
    /** App id or client id: the `iss` of the App's JWT. */
    readonly appId: string
    /** PEM, PKCS#1 (as GitHub hands it out) or PKCS#8; newlines may be written as `\n`. */
    readonly privateKey: Redacted.Redacted<string>
    /** `<slug>[bot]`: by this login, or by the App's id, Loom knows its own comments. */
    readonly botLogin: string
    /** For tests; default is the global one. */
    readonly fetch?: typeof globalThis.fetch
  }
>()("@loom/integrations/github/GitHubApp") {}
