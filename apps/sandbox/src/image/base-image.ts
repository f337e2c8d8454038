import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import type { Engine } from "./engine.ts"

export const DEFAULT_BASE = "debian:trixie-slim"
const OWN_BASE = "loom-base:trixie"
const SUITE = "trixie"

const has = (engine: Engine, image: string): boolean => {
  try {
    engine.run(["image", "inspect", image])
    return true
  } catch {
    return false
  }
}

/** Package archives of this machine's apt, to be asked for another suite. */
const archives = (): ReadonlyArray<string> => {
  const asked = spawnSync("apt-get", ["indextargets", "--format", "$(ORIGIN) $(REPO_URI) $(RELEASE)"], { encoding: "utf8" })
  const lines = (asked.stdout ?? "").split("\n").filter((line) => line.startsWith("Debian "))
  const found = lines
    .map((line) => line.split(" "))
    .map(([, uri = "", release = ""]) => {
      const security = release.endsWith("-security")
      return `deb ${uri} ${security ? `${SUITE}-security` : SUITE} main`
    })
  return [...new Set(found)]
}

/**
 * A Debian base without a registry of images: from this machine's own package archives, with the certificates that this machine
 * trusts. Needs mmdebstrap and root.
 */
const bootstrap = (engine: Engine, say: (text: string) => void): string => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "loom-base-"))
  try {
    const tar = path.join(directory, "base.tar")
    say(`no ${DEFAULT_BASE} here: making a base of ${SUITE} with mmdebstrap\n`)
    const made = spawnSync("mmdebstrap", ["--quiet", "--variant=minbase", "--include=ca-certificates", SUITE, tar, ...archives()], {
      encoding: "utf8",
    })
    if (made.status !== 0) throw new Error(`mmdebstrap failed: ${made.stderr.trim().slice(-2000)}`)
    engine.run(["import", tar, `${OWN_BASE}-bare`])
    fs.rmSync(tar)
    const certificates = process.env["SSL_CERT_FILE"] ?? "/etc/ssl/certs/ca-certificates.crt"
    fs.copyFileSync(certificates, path.join(directory, "ca.crt"))
    const file = path.join(directory, "Dockerfile")
    fs.writeFileSync(
      file,
      `FROM ${OWN_BASE}-bare\nCOPY ca.crt /etc/ssl/certs/ca-certificates.crt\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt\n`,
    )
    engine.run(["build", "--quiet", "--tag", OWN_BASE, "--file", file, directory])
    return OWN_BASE
  } finally {
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

/** What the image stands on here: the named one, the official one, or one of this machine's making. Else why there is none. */
export const findBase = (engine: Engine, say: (text: string) => void): { readonly base: string } | { readonly missing: string } => {
  const named = process.env["LOOM_SANDBOX_BASE_IMAGE"]
  if (named) return { base: named }
  if (has(engine, DEFAULT_BASE)) return { base: DEFAULT_BASE }
  if (has(engine, OWN_BASE)) return { base: OWN_BASE }
  try {
    engine.run(["pull", "--quiet", DEFAULT_BASE])
    return { base: DEFAULT_BASE }
  } catch {
    const canMake = process.getuid?.() === 0 && spawnSync("mmdebstrap", ["--version"]).status === 0
    if (canMake) return { base: bootstrap(engine, say) }
    return { missing: `${DEFAULT_BASE} cannot be pulled; name another base in LOOM_SANDBOX_BASE_IMAGE, or install mmdebstrap (as root)` }
  }
}

/** A base of this machine's making means a machine whose archives are reached as this machine reaches them. */
export const isOwnBase = (base: string): boolean => base === OWN_BASE
