import type { Recipe } from "@loom/core/domain/Recipe"
import { readPackageJson } from "./PackageJson.ts"
import type { Snapshot } from "./Snapshot.ts"

/** Commands that do nothing but bring what manifests and lock files name. */
const BRINGS =
  /^((GEM_HOME=\S+ |UV_PROJECT_ENVIRONMENT=\S+ )?("\$HOME\/venv\/bin\/(python|uv)"( -m pip)?|npm|pnpm|yarn|bun|node \.yarn\/\S+|go mod|cargo|bundle|composer|deno) (ci|install|i|sync|download|fetch)\b|npm install --prefix |\[ -x "\$HOME\/venv)/
/** Scripts of a package.json that run while it is installed (npm's documentation, "scripts"). */
const LIFECYCLE = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"]
/** Python packages that are compiled when they are installed. */
const COMPILES = /ext_modules|cythonize|maturin|scikit-build|mesonpy|setuptools-rust|cffi_modules|pybind11/

const runsOwnCode = (snapshot: Snapshot, recipe: Recipe): boolean =>
  recipe.install.some(({ command }) => !BRINGS.test(command) || /&&|;|\|/.test(command.replace(/^\[ -x \S+ \] \|\| /, ""))) ||
  snapshot.paths.some((path) => path.endsWith("binding.gyp")) ||
  [...snapshot.files].some(([path, text]) =>
    path.endsWith("package.json")
      ? LIFECYCLE.some((name) => readPackageJson(snapshot, path)?.scripts[name] !== undefined)
      : /(^|\/)(pyproject\.toml|setup\.py)$/.test(path) && COMPILES.test(text),
  )

/**
 * Everything that the installed state depends on, in one text: the lines, the versions of the tools, the lock files and manifests. Where
 * the install runs code of the repository itself, everything in the tree. Null when the tree cannot be told: then nothing is kept.
 */
export const installKeyText = (snapshot: Snapshot, recipe: Recipe): string | null => {
  const whole = snapshot.digests.get(".")
  if (whole === undefined || recipe.install.length === 0) return null
  const parts = runsOwnCode(snapshot, recipe) ? [[".", whole]] : [...snapshot.digests].filter(([path]) => path !== ".").toSorted()
  const tools = [...snapshot.tools].toSorted()
  const { cwd, env } = recipe
  return JSON.stringify({
    // 1 did not see what lies at the top of the tree.
    form: 2,
    install: recipe.install.map((line) => line.command),
    cwd,
    env: Object.entries(env).toSorted(),
    tools,
    parts,
  })
}
