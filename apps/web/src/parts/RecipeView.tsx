import type { Recipe } from "@loom/core/domain/Recipe"
import { visibleText } from "../text/untrusted.ts"
import { Untrusted } from "./Text.tsx"

const Lines = ({ lines, title }: { readonly title: string; readonly lines: Recipe["install"] }) =>
  lines.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul className="commands">
        {lines.map((line, i) => (
          <li key={i}>
            <code>{visibleText(line.command)}</code>
            <span className="muted">
              from <Untrusted>{line.origin}</Untrusted>
            </span>
          </li>
        ))}
      </ul>
    </>
  )

/** How a repository is installed and tested, each line with its origin. */
export const RecipeView = ({ recipe }: { readonly recipe: Recipe }) => (
  <div className="recipe">
    <p className="muted">
      <Untrusted>{`${recipe.language}, ${recipe.packageManager ?? "no package manager"}, tests by ${recipe.runner}`}</Untrusted>
    </p>
    <Lines title="Install" lines={recipe.install} />
    <Lines title="Test" lines={recipe.test} />
    {recipe.test.length === 0 ? <p className="muted">No tests were found.</p> : null}
  </div>
)
