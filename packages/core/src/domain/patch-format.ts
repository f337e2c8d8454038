/*
 * How Loom's patches are written. The sha-256 of a patch is part of a change's proof, so whoever makes the patch again from
 * the two commits must write it in the same way; `loom verify --repo` does.
 */

/** git settings that a patch's bytes depend on; everything else of any configuration is left out. */
export const PATCH_SETTINGS: ReadonlyArray<readonly [string, string]> = [
  ["core.quotePath", "true"],
  ["core.attributesFile", "/dev/null"],
  ["diff.algorithm", "myers"],
  ["diff.context", "3"],
  ["diff.noprefix", "false"],
  ["diff.mnemonicPrefix", "false"],
  ["diff.orderFile", "/dev/null"],
]

/** Options of `git diff --cached` for every view of the change. */
export const DIFF_OPTIONS = "--no-color --no-ext-diff --no-textconv --no-renames --full-index"
/** And for the patch itself. */
export const PATCH_OPTIONS = "--binary --src-prefix=a/ --dst-prefix=b/"

/** Every file as a binary patch: exact for any bytes, and pure ASCII. Attributes for changes that are not UTF-8. */
export const ALL_BINARY = "* -diff\n"

/** For people who want to make the patch again by hand. */
export const patchCommand = (base: string, head: string): string => `git diff ${DIFF_OPTIONS} ${PATCH_OPTIONS} ${base} ${head}`
