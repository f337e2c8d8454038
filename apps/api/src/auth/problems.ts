import type { Problem } from "../problem.ts"

/** What signing in, permissions and limits refuse with. */
export const authProblems = {
  signIn: {
    status: 401,
    code: "unauthorized",
    title: "Unauthorized",
    detail: "This needs somebody who has signed in.",
    remedy: "Sign in at /auth/login, or send a token as `Authorization: Bearer`.",
  } satisfies Problem,
  scope: (scope: string): Problem => ({
    status: 403,
    code: "insufficient_scope",
    title: "Insufficient scope",
    detail: `This needs the scope \`${scope}\`.`,
    remedy: "Make a token with that scope on the settings page.",
  }),
  operatorsOnly: {
    status: 403,
    code: "operators_only",
    title: "Operators only",
    detail: "Only operators of this Loom may do this.",
    remedy: "Whoever runs this Loom names operators in LOOM_OPERATORS.",
  } satisfies Problem,
  role: (repository: string, role: string): Problem => ({
    status: 403,
    code: "forbidden",
    title: "Forbidden",
    detail: `On ${repository} you have the role \`${role}\`; this needs \`write\`.`,
    remedy: `Ask an administrator of ${repository} for write access on GitHub.`,
  }),
  blocked: (reason: string): Problem => ({
    status: 403,
    code: "account_blocked",
    title: "Account blocked",
    detail: `An operator has blocked this account: ${reason}`,
    remedy: "Ask whoever runs this Loom.",
  }),
  sessionOnly: {
    status: 403,
    code: "sign_in_needed",
    title: "Not with a token",
    detail: "A token cannot do this: it could make itself immortal.",
    remedy: "Sign in with a browser, or with `loom login`.",
  } satisfies Problem,
  notConfigured: {
    status: 503,
    code: "sign_in_not_configured",
    title: "Sign-in is not set up",
    detail: "This Loom has no GitHub client.",
    remedy: "Its operator sets LOOM_GITHUB_CLIENT_ID and LOOM_GITHUB_CLIENT_SECRET (README, Sign-in).",
  } satisfies Problem,
  rateLimited: (seconds: number): Problem => ({
    status: 429,
    code: "rate_limited",
    title: "Too many requests",
    detail: "This account has asked for as much as its tier allows in an hour.",
    remedy: `Try again in ${seconds} s, or ask an operator for another tier.`,
  }),
}
