/** What a person can do, by the tool's own words. First match wins. */
const REMEDIES: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /Could not find (gem )?\S+.* in (locally installed gems|cached gems)/,
    "The tests need gems that are not in the sandbox, and the gem index cannot be reached from there. Ask the operator to allow an index or to install them, or set `setup:` in `.github/loom.yml`.",
  ],
  [
    /Not installed here, and not to be had/,
    "The tests need packages that are not in the sandbox, and the package index cannot be reached from there. Ask the operator to install them beside Python or to allow an index, or set `setup:` in `.github/loom.yml`.",
  ],
  [
    /Tunnel connection failed|CONNECT tunnel failed|ProxyError|tunneling socket|Could not reach host|Could not fetch specs/i,
    "The set-up wants a host that the sandbox may not reach. Ask the operator to allow it, or set `setup:` in `.github/loom.yml` to do without.",
  ],
  [
    /E401|E403|401 Unauthorized|403 Forbidden|ENEEDAUTH|authentication/i,
    "A package needs credentials that Loom does not have. Make it installable without them, or set `setup:` in `.github/loom.yml`.",
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|certificate verify failed|self-signed certificate/i,
    "The certificate of the package registry is not trusted inside the sandbox. Ask the operator to give the sandbox its authority (`NODE_EXTRA_CA_CERTS`, `PIP_CERT`).",
  ],
  [
    /blocked host|ENOTFOUND|getaddrinfo|EAI_AGAIN|ECONNREFUSED|Temporary failure in name resolution|network is unreachable/i,
    "The set-up wants a host that the sandbox may not reach. Ask the operator to allow it, or set `setup:` in `.github/loom.yml` to do without.",
  ],
  [
    /E404|FETCH_404|404 Not Found|404 \(Not Found\)|Not Found - 404|HTTP 404|No matching distribution|Could not find a version|Could not find gem/i,
    "A package or version is not in the registry. Correct the manifest or the lock file on the default branch.",
  ],
  [
    /(command not found|: not found|No such file or directory)/i,
    "A tool that the set-up calls is not in the sandbox. Name another way in `setup:` of `.github/loom.yml`.",
  ],
  [
    /ENOSPC|No space left/i,
    "The sandbox ran out of disk. Ask the operator for a larger one, or install less with `setup:` in `.github/loom.yml`.",
  ],
  [
    /EBADENGINE|engine|invalid go version|requires go >=|requires rustc|rustc \d\S* is not supported|Your Ruby version is|requires (Node|Python)|Requires-Python/i,
    "The repository needs another version of its language. Pin it (`.nvmrc`, `engines`, `.python-version`), or set `setup:` in `.github/loom.yml`.",
  ],
]

const MISSING_TOOL = /(?:^|[\s:])([\w.+-]+): (?:command )?not found|spawn ([\w.+-]+) ENOENT|exec: "([\w.+-]+)": executable file not found/m
/** Words for an environment variable that is not there; its name is one of the groups. */
export const MISSING_VARIABLE =
  /(?:missing|required|undefined|not set)[^\n]{0,60}\b(?:environment|env)\b[^\n]{0,40}?\b([A-Z][A-Z0-9_]{2,60})\b|\b([A-Z][A-Z0-9]*_[A-Z0-9_]{1,60})\b[^\n]{0,40}(?:is not set|must be set)|KeyError: '([A-Z][A-Z0-9]*_[A-Z0-9_]*)'/

const first = (pattern: RegExp, output: string): string | undefined =>
  pattern
    .exec(output)
    ?.slice(1)
    .find((word) => word !== undefined)

export const remedyFor = (output: string, ended: string | null): string => {
  if (ended === "timeout")
    return "The set-up did not end in time. Make it shorter with `setup:` in `.github/loom.yml`, then set the label again."
  if (ended === "oom") return "The set-up needs more memory than the sandbox has. Ask the operator for a larger one."
  const variable = first(MISSING_VARIABLE, output)
  if (variable !== undefined)
    return `The set-up asks for the environment variable \`${variable}\`, which Loom has not. Let it do without, or set \`setup:\` in \`.github/loom.yml\` with a value that is no secret.`
  const tool = first(MISSING_TOOL, output)
  if (tool !== undefined)
    return `The set-up calls \`${tool}\`, which is not in the sandbox. Ask the operator to install it, or name another way in \`setup:\` of \`.github/loom.yml\`.`
  return (
    REMEDIES.find(([pattern]) => pattern.test(output))?.[1] ??
    "Run the command on a clean clone and mend it there, or set `setup:` in `.github/loom.yml`, then set the label again."
  )
}
