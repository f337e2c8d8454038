import type { Engine } from "./engine.ts"

/** One thing in the image that somebody else made. */
export interface Installed {
  readonly kind: "deb" | "npm" | "node"
  readonly name: string
  readonly version: string
  readonly architecture: string | null
}

/** Asked of the image itself, whoever put it there. `/opt/npm` and npm's own packages in it; each Node says its own version. */
const SCRIPT = `
dpkg-query -W -f 'deb\\t\${Package}\\t\${Version}\\t\${Architecture}\\n'
for node in /opt/node/*/bin/node /opt/sandboxd/node; do printf 'node\\t%s\\t%s\\t%s\\n' "$node" "$($node -p process.versions.node)" "$($node -p process.arch)"; done
find /opt/npm -name package.json -path '*/node_modules/*' -not -path '*/test/*' -print0 | xargs -0 /opt/sandboxd/node -e '
for (const file of process.argv.slice(1)) {
  if (!/node_modules\\/(@[^/]+\\/)?[^/]+\\/package.json$/.test(file)) continue
  const { name, version } = JSON.parse(require("fs").readFileSync(file, "utf8"))
  if (name && version) console.log(["npm", name, version, ""].join("\\t"))
}'
`

const KINDS = ["deb", "npm", "node"] as const

/** Lines of the script, sorted and without repetition, so that the same image has the same list. */
export const parseInventory = (text: string): ReadonlyArray<Installed> =>
  [...new Set(text.split("\n"))].toSorted().flatMap((line) => {
    const [kind, name = "", version = "", architecture = ""] = line.split("\t")
    const known = KINDS.find((one) => one === kind)
    return known === undefined || name === "" || version === ""
      ? []
      : [{ kind: known, name, version, architecture: architecture === "" ? null : architecture }]
  })

export const inventoryOf = (engine: Engine, image: string): ReadonlyArray<Installed> =>
  parseInventory(engine.run(["run", "--rm", "--interactive", "--network=none", "--entrypoint=/bin/sh", image, "-s"], { input: SCRIPT }))
