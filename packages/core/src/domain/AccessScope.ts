import { Schema } from "effect"

/** What a token or a session may be used for. A person signed in has all that their roles allow. */
export const AccessScope = Schema.Literals(["read", "write", "admin"])
export type AccessScope = typeof AccessScope.Type

const ORDER: ReadonlyArray<AccessScope> = ["read", "write", "admin"]

/** The scope and all that it brings with it. */
export const scopesOf = (scope: AccessScope): ReadonlyArray<AccessScope> => ORDER.slice(0, ORDER.indexOf(scope) + 1)
