import { useMemo, useState } from "react"
import { type DiffFile, diffFiles, type DiffLine } from "../task/diff-files.ts"
import { plural } from "../text/figures.ts"
import { visibleText } from "../text/untrusted.ts"
import { Disclosure } from "../widgets/Disclosure.tsx"

/** Lines of one file that are shown before the reader asks for all. */
const firstLines = 400
/** Files whose lines are open from the start, as long as they are short. */
const openFiles = 3
const openLines = 200

const marks: { readonly [K in DiffLine["kind"]]: string } = { hunk: "", added: "+", removed: "-", same: " ", note: "" }
const said: { readonly [K in DiffLine["kind"]]: string } = { hunk: "", added: "added: ", removed: "removed: ", same: "", note: "" }
const changes: { readonly [K in DiffFile["change"]]: string } = { added: "new", deleted: "deleted", renamed: "renamed", modified: "" }

const Lines = ({ file }: { readonly file: DiffFile }) => {
  const [all, setAll] = useState(false)
  const lines = all ? file.lines : file.lines.slice(0, firstLines)
  if (file.isBinary) return <p className="muted">A binary file; its bytes are not shown.</p>
  if (lines.length === 0) return <p className="muted">No line changed: only the file's name or mode.</p>
  return (
    <>
      <div className="diff" role="region" aria-label={`Lines of ${visibleText(file.path)}`} tabIndex={0}>
        <table>
          <tbody>
            {lines.map((line, i) => (
              <tr key={i} className={`diff-${line.kind}`}>
                <td className="diff-number">{line.old}</td>
                <td className="diff-number">{line.now}</td>
                <td className="diff-text">
                  <span className="visually-hidden">{said[line.kind]}</span>
                  <span aria-hidden="true">{marks[line.kind]}</span>
                  {visibleText(line.text)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {all || file.lines.length <= firstLines ? null : (
        <button type="button" onClick={() => setAll(true)}>
          Show all {file.lines.length} lines
        </button>
      )}
    </>
  )
}

const Head = ({ file }: { readonly file: DiffFile }) => (
  <>
    <span className="diff-path">
      {file.from === null ? "" : `${visibleText(file.from)} → `}
      {visibleText(file.path)}
    </span>
    <span className="diff-counts">
      {changes[file.change] === "" ? null : <span className="muted">{changes[file.change]} </span>}
      <span className="diff-plus">+{file.additions}</span> <span className="diff-minus">−{file.deletions}</span>
    </span>
  </>
)

/** A unified diff, a file at a time. Names and lines are shown as text whatever they hold. */
export const DiffView = ({ patch }: { readonly patch: string }) => {
  const files = useMemo(() => diffFiles(patch), [patch])
  const count = (of: (file: DiffFile) => number) => files.reduce((sum, file) => sum + of(file), 0)
  if (files.length === 0) return <p className="muted">The change is empty.</p>
  return (
    <div className="diff-files">
      <p className="muted">
        {plural(files.length, "file")},{" "}
        {plural(
          count((file) => file.additions),
          "line",
        )}{" "}
        added, {count((file) => file.deletions)} removed.
      </p>
      {files.map((file, i) => (
        <Disclosure key={i} summary={<Head file={file} />} open={i < openFiles && file.lines.length <= openLines}>
          <Lines file={file} />
        </Disclosure>
      ))}
    </div>
  )
}
