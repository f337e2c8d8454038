import type { Recipe, RecipeLine, Runner } from "@loom/core/domain/Recipe"
import { parse } from "smol-toml"
import { quote } from "../../shell.ts"
import type { Snapshot } from "../Snapshot.ts"
import type { Detector } from "../Detector.ts"

type Table = { readonly [key: string]: unknown }
const table = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
const strings = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : [])
const readToml = (text: string | undefined): Table => {
  try {
    return text === undefined ? {} : table(parse(text))
  } catch {
    return {}
  }
}

const PYTHON = '"$HOME/venv/bin/python"'
/** Names under which projects keep what their tests need; `dev` holds everything else as well. */
const TEST_NAMES = ["test", "tests", "testing"]
const DEV_NAMES = ["dev"]

/** The groups of these names that tests need: those named after tests, else `dev`. */
const testGroups = (known: ReadonlyArray<string>): ReadonlyArray<string> => {
  const named = TEST_NAMES.filter((name) => known.includes(name))
  return named.length > 0 ? named : DEV_NAMES.filter((name) => known.includes(name))
}

/** requirements.txt and those that tests need, by their names: not documentation, packaging, type checks, benchmarks. */
const requirementFiles = (paths: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kinds = paths
    .filter((path) => /^((requirements[^/]*|[^/]*-requirements)\.txt|requirements\/[^/]+\.txt)$/.test(path))
    .map((path) => {
      const words = path
        .toLowerCase()
        .replace(/\.txt$/, "")
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== "requirements" && word !== "")
      const has = (names: ReadonlyArray<string>) => words.some((word) => names.includes(word))
      const kind = has(TEST_NAMES) ? "test" : has(["dev", "develop", "development"]) ? "dev" : "base"
      return { path, kind: kind === "base" && words.length > 0 && !has(["base", "main", "common"]) ? "other" : kind }
    })
  const wanted = kinds.some(({ kind }) => kind === "test") ? "test" : "dev"
  return kinds.flatMap(({ path, kind }) => (kind === "base" || kind === wanted ? [path] : [])).toSorted()
}

/** poetry's and pipenv's `name = "^1.2"` as pip requirements; what pip has no word for becomes the bare name. */
const requirement = ([name, version]: readonly [string, unknown]): ReadonlyArray<string> => {
  if (
    name === "python" ||
    (typeof version !== "string" && Object.keys(table(version)).some((key) => key === "path" || key === "git" || key === "editable"))
  )
    return []
  const text = typeof version === "string" ? version : String(table(version)["version"] ?? "*")
  if (text === "*" || /[|]/.test(text)) return [name]
  return [
    `${name}${text
      .split(",")
      .map((part) => part.trim())
      .map((part) => (/^[<>=!~]=?/.test(part) ? part : `>=${part.replace(/^[\^~]/, "")}`))
      .join(",")}`,
  ]
}

const pipInstall = (what: string, origin: string): RecipeLine => ({ command: `${PYTHON} -m pip install ${what}`, origin })

const installLines = (snapshot: Snapshot, project: Table, runner: Runner): ReadonlyArray<RecipeLine> => {
  const tool = table(project["tool"])
  const lines: Array<RecipeLine> = []
  if (snapshot.files.has("uv.lock")) {
    const extras = testGroups(Object.keys(table(table(project["project"])["optional-dependencies"]))).map((name) => ` --extra ${name}`)
    const uvGroups = testGroups(Object.keys(table(project["dependency-groups"]))).map((name) => ` --group ${name}`)
    return [
      pipInstall("uv", "uv.lock"),
      {
        command: `UV_PROJECT_ENVIRONMENT="$HOME/venv" "$HOME/venv/bin/uv" sync --frozen${[...extras, ...uvGroups].join("")}`,
        origin: "uv.lock",
      },
    ]
  }
  if (snapshot.files.has("Pipfile")) {
    const pipfile = readToml(snapshot.files.get("Pipfile"))
    const wanted = [...Object.entries(table(pipfile["packages"])), ...Object.entries(table(pipfile["dev-packages"]))].flatMap(requirement)
    if (wanted.length > 0) lines.push(pipInstall(wanted.map(quote).join(" "), "Pipfile"))
  }
  for (const path of requirementFiles([...snapshot.files.keys()])) lines.push(pipInstall(`-r ${quote(path)}`, path))
  const packaged =
    snapshot.files.has("setup.py") ||
    (snapshot.files.has("pyproject.toml") && (project["build-system"] !== undefined || project["project"] !== undefined)) ||
    /^\[metadata\]/m.test(snapshot.files.get("setup.cfg") ?? "")
  if (packaged) {
    const known = [
      ...Object.keys(table(table(project["project"])["optional-dependencies"])),
      ...Object.keys(table(table(tool["poetry"])["extras"])),
      ...(
        /^\[options\.extras_require\]([\s\S]*?)(?=^\[|$(?![\s\S]))/m
          .exec(snapshot.files.get("setup.cfg") ?? "")?.[1]
          ?.match(/^(\w[\w-]*)\s*=/gm) ?? []
      ).map((word) => word.replace(/\s*=$/, "")),
      ...(/extras_require\s*=\s*\{([\s\S]*?)\}/.exec(snapshot.files.get("setup.py") ?? "")?.[1]?.match(/["']([\w-]+)["']\s*:/g) ?? []).map(
        (word) => word.replaceAll(/["':\s]/g, ""),
      ),
    ]
    const extras = testGroups(known)
    lines.push(
      pipInstall(
        extras.length > 0 ? quote(`.[${extras.join(",")}]`).replace(/^/, "-e ") : "-e .",
        snapshot.files.has("pyproject.toml") ? "pyproject.toml" : "setup.py",
      ),
    )
  }
  const groups = table(project["dependency-groups"])
  const grouped = testGroups(Object.keys(groups)).flatMap((name) => strings(groups[name]))
  if (grouped.length > 0) lines.push(pipInstall(grouped.map(quote).join(" "), "pyproject.toml dependency-groups"))
  const poetry = table(tool["poetry"])
  const poetryGroups = [
    poetry["dev-dependencies"],
    ...testGroups(Object.keys(table(poetry["group"]))).map((name) => table(table(poetry["group"])[name])["dependencies"]),
  ]
    .flatMap((group) => Object.entries(table(group)))
    .flatMap(requirement)
  if (poetryGroups.length > 0) lines.push(pipInstall(poetryGroups.map(quote).join(" "), "pyproject.toml tool.poetry.group"))
  if (
    runner === "pytest" &&
    !lines.some((line) => /\bpytest\b/.test(line.command)) &&
    (lines.length > 0 || !snapshot.tools.has("py-pytest"))
  ) {
    lines.push({
      command: `${PYTHON} -c 'import pytest' 2>/dev/null || ${PYTHON} -m pip install pytest`,
      origin: "detection: pytest runs the tests",
    })
  }
  return lines
}

/** unittest's discovery starts where the tests can be imported from. */
const unittestCommand = (snapshot: Snapshot, python: string): string => {
  if (snapshot.paths.includes("manage.py")) return `${python} manage.py test`
  const folder = ["tests", "test"].find((name) => snapshot.paths.some((path) => new RegExp(`^${name}/(.*/)?test[^/]*\\.py$`).test(path)))
  if (folder === undefined) return `${python} -m unittest discover -v`
  return `${python} -m unittest discover -v -s ${folder}${snapshot.paths.includes(`${folder}/__init__.py`) ? " -t ." : ""}`
}

const detect = (snapshot: Snapshot): Recipe | null => {
  const project = readToml(snapshot.files.get("pyproject.toml"))
  const described =
    ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", "Pipfile"].some((name) => snapshot.files.has(name)) ||
    [...snapshot.files.keys()].some((name) => /requirements.*\.txt$/.test(name))
  const pytestFiles = snapshot.imports.get("pytest") ?? []
  const unittestFiles = snapshot.imports.get("unittest") ?? []
  if (!described && pytestFiles.length + unittestFiles.length === 0) return null
  const configured =
    ["pytest.ini", ".pytest.ini"].find((name) => snapshot.files.has(name)) ??
    (table(project["tool"])["pytest"] !== undefined ? "pyproject.toml tool.pytest" : undefined) ??
    ["setup.cfg", "tox.ini"].find((name) => /^\[(tool:)?pytest\]/m.test(snapshot.files.get(name) ?? "")) ??
    [...snapshot.files].find(([name, text]) => /\.(toml|txt|cfg|ini)$|Pipfile$|setup\.py$/.test(name) && /\bpytest\b/.test(text))?.[0] ??
    (pytestFiles.length > 0 ? pytestFiles[0] : undefined)
  const django = snapshot.paths.includes("manage.py") && configured === undefined
  const runner: Runner | null = django ? "unittest" : configured !== undefined ? "pytest" : unittestFiles.length > 0 ? "unittest" : null
  const lines = installLines(snapshot, project, runner ?? "exit-code")
  const python = lines.length > 0 ? PYTHON : "python3"
  const origin = configured === undefined ? `detection: ${unittestFiles[0] ?? "manage.py"} uses unittest` : configured
  return {
    cwd: ".",
    language: "python",
    packageManager: snapshot.files.has("uv.lock")
      ? "uv"
      : snapshot.files.has("poetry.lock")
        ? "poetry"
        : snapshot.files.has("Pipfile")
          ? "pipenv"
          : lines.length > 0
            ? "pip"
            : null,
    runner: runner ?? "exit-code",
    install:
      lines.length === 0
        ? []
        : [
            {
              command: '[ -x "$HOME/venv/bin/python" ] || python3 -m venv --system-site-packages "$HOME/venv"',
              origin: "detection: Python packages live outside the tree",
            },
            ...lines,
          ],
    test: runner === null ? [] : [{ command: runner === "pytest" ? `${python} -m pytest` : unittestCommand(snapshot, python), origin }],
    env: {},
    tools: snapshot.files.has(".python-version") ? { python: (snapshot.files.get(".python-version") ?? "").trim() } : {},
  }
}

export const python: Detector = { language: "python", detect }
