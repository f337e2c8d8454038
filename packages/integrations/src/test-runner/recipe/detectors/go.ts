import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"
import { goWorkModules } from "../workspaces.ts"

const versionOf = (text: string | undefined): string | undefined => /^go\s+(\d[\w.]*)/m.exec(text ?? "")?.[1]

/** Whether the running Go is older than `wanted`, by minor version. */
const isOlder = (running: string | undefined, wanted: string | undefined): boolean => {
  const minor = (text: string | undefined) => Number(/1\.(\d+)/.exec(text ?? "")?.[1] ?? Number.NaN)
  return minor(running) < minor(wanted)
}

/** A toolchain of another version comes as a module (Go 1.21 and newer do so by themselves); it is fetched with the modules. */
const environment = (snapshot: Snapshot, wanted: string | undefined, work: boolean): Record<string, string> => {
  const vendored = snapshot.paths.some((path) => path === "vendor/modules.txt")
  const GOTOOLCHAIN = isOlder(snapshot.tools.get("go"), wanted) ? "auto" : "local"
  return work || vendored ? { GOTOOLCHAIN } : { GOTOOLCHAIN, GOFLAGS: "-mod=mod" }
}

const detect = (snapshot: Snapshot) => {
  const mod = snapshot.files.get("go.mod")
  const work = snapshot.files.get("go.work")
  if (mod === undefined && work === undefined) return null
  const wanted = versionOf(mod) ?? versionOf(work)
  const modules = goWorkModules(snapshot)
  const requires = mod === undefined || /^require\b/m.test(mod)
  const vendored = snapshot.paths.includes("vendor/modules.txt")
  const hasTests = snapshot.paths.some((path) => path.endsWith("_test.go"))
  const where = modules.length === 0 ? ["./..."] : modules.map((path) => (path === "." ? "./..." : `./${path}/...`))
  const origin = modules.length === 0 ? "detection: go.mod and _test.go files" : `go.work use (${modules.length} modules)`
  return recipeOf({
    language: "go",
    packageManager: "go",
    runner: "go",
    install: requires && !vendored ? [{ command: "go mod download", origin: mod === undefined ? "go.work" : "go.mod" }] : [],
    test: hasTests ? [{ command: `go test ${where.join(" ")}`, origin }] : [],
    env: environment(snapshot, wanted, work !== undefined),
    tools: wanted === undefined ? {} : { go: wanted },
  })
}

export const go: Detector = { language: "go", detect }
