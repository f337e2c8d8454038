import { quote } from "../shell.ts"

/** Linters, type checkers, documentation and release tools: their absence keeps no test from running. */
const TOOLS =
  "coverage ruff mypy flake8 black isort pylint pyright pre-commit tox nox twine build wheel flit sphinx furo bump2version bumpversion commitizen codespell pyupgrade autopep8 yapf bandit pydocstyle check-manifest"

/**
 * Stands in for `pip install` where the index cannot be reached or the build tools are not to be had. Arguments as pip's: requirements,
 * `-r file`, `-e .[extra]`. Every wanted distribution must be installed already (any version; markers are respected), else it fails and
 * names them; the sources of `-e` go on the path by a `.pth` file.
 */
const script = `import configparser, os, re, site, sys
from importlib import metadata
try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
try:
    from pip._vendor.packaging.requirements import Requirement
except ImportError:
    from packaging.requirements import Requirement
TOOLS = set("${TOOLS}".split())
wanted, extras, sources = [], [], False

def add(text):
    global sources
    source = re.match(r"(?:-e|--editable)[ =]*\\.(?:\\[(.*)\\])?$", text)
    nested = re.match(r"(?:-r|--requirement)[ =]*(.+)", text)
    if source:
        sources = True
        extras.extend(filter(None, re.split(r"[, ]+", source.group(1) or "")))
    elif nested:
        with open(nested.group(1), encoding="utf-8") as file:
            lines = file.read().replace("\\\\\\n", " ").splitlines()
        for line in (re.split(r"(?:^|\\s)#| --hash", line)[0].strip() for line in lines):
            inner = re.match(r"(-r|--requirement)[ =]*(.+)", line)
            add("-r " + os.path.join(os.path.dirname(nested.group(1)), inner.group(2)) if inner else line)
    elif text and not text.startswith("-"):
        wanted.append(text)

arguments = iter(sys.argv[1:])
for argument in arguments:
    add(argument + " " + next(arguments) if argument in ("-r", "-e") else argument)
if sources:
    data = {}
    if os.path.exists("pyproject.toml"):
        with open("pyproject.toml", "rb") as file:
            data = tomllib.load(file)
    project, poetry = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    setup = configparser.RawConfigParser()
    setup.read("setup.cfg")
    listed = re.search(r"install_requires\\s*=\\s*\\[(.*?)\\]", open("setup.py").read(), re.S) if os.path.exists("setup.py") else None
    wanted += project.get("dependencies", [])
    wanted += [one for extra in extras for one in project.get("optional-dependencies", {}).get(extra, [])]
    wanted += [name for name, value in poetry.get("dependencies", {}).items() if name != "python" and not (isinstance(value, dict) and value.get("optional"))]
    wanted += [line for line in setup.get("options", "install_requires", fallback="").splitlines() if line.strip()]
    wanted += re.findall(r"""["']([^"']+)["']""", listed.group(1)) if listed else []
missing = []
for text in wanted:
    try:
        one = Requirement(text)
    except Exception:
        missing.append(text)
        continue
    if one.marker is not None and not one.marker.evaluate({"extra": ""}):
        continue
    try:
        print("already installed:", one.name, metadata.version(one.name), "for", text)
    except metadata.PackageNotFoundError:
        if one.name.lower().replace("_", "-") in TOOLS:
            print("left out, no test needs it:", one.name)
        else:
            missing.append(one.name)
if missing:
    sys.exit("Not installed here, and not to be had: " + ", ".join(missing))
if sources:
    here = os.getcwd()
    with open(os.path.join(site.getsitepackages()[0], "loom.pth"), "w") as file:
        file.write("\\n".join(path for path in (os.path.join(here, "src"), here) if os.path.isdir(path)) + "\\n")
    print("on the path:", here)
`

/** The same line without an index: null when it is not a plain `pip install`. */
export const withoutIndex = (command: string): string | null => {
  const found = /^"\$HOME\/venv\/bin\/python" -m pip install ([^|;&]*)$/.exec(command)
  return found === null
    ? null
    : `"$HOME/venv/bin/python" -c ${quote(script)} ${(found[1] ?? "").replace(/ ?--no-build-isolation/, "").trim()}`
}
