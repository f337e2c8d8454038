/** Pinned: later versions drop fields (https://docs.github.com/rest/about-the-rest-api/api-versions). */
export const API_VERSION = "2022-11-28"

/** On every request to GitHub: what it asks clients to say of themselves. For `octokit.hook.before("request", …)`. */
export const githubHeaders = (options: { headers: Record<string, string | number | undefined> }): void => {
  options.headers["accept"] = "application/vnd.github+json"
  options.headers["user-agent"] = "loom"
  options.headers["x-github-api-version"] = API_VERSION
}
