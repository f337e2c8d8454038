import fs from "node:fs"
import path from "node:path"

/**
 * What of `/etc` programs need and no secret lies in. Certificates but not `ssl/private`; no npmrc, no pip.conf (they may hold
 * credentials), no shadow, no host keys.
 */
const NEEDED = [
  "ssl/certs",
  "ssl/openssl.cnf",
  "ca-certificates",
  "ca-certificates.conf",
  "pki/tls/certs",
  "pki/ca-trust",
  "crypto-policies",
  "alternatives",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "timezone",
  "debian_version",
  "os-release",
  "mime.types",
  "magic",
  "services",
  "protocols",
  "locale.alias",
  "terminfo",
  "inputrc",
  "fonts",
  "xml",
  "sgml",
  "maven",
  "gradle",
  "perl",
  "php",
  "R",
  "postgresql-common",
]
const NEEDED_PREFIXES = ["java", "python", "ImageMagick", "openmpi"]

/** Paths below `/etc` to mount read-only, of those that exist here. */
export const sharedEtc = (): ReadonlyArray<string> => {
  const byPrefix = fs.readdirSync("/etc").filter((name) => NEEDED_PREFIXES.some((prefix) => name.startsWith(prefix)))
  return [...new Set([...NEEDED, ...byPrefix])].map((name) => path.join("/etc", name)).filter((file) => fs.existsSync(file))
}

/** Writes the generated files of a session into `dir`, and answers their names. `hosts` all point at loopback. */
export const writeEtc = (dir: string, options: { readonly uid: number; readonly home: string; readonly hosts: ReadonlyArray<string> }) => {
  const { uid, home, hosts } = options
  const files: Record<string, string> = {
    passwd: `root:x:0:0:root:/root:/usr/sbin/nologin\nloom:x:${uid}:${uid}:loom:${home}:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
    group: `root:x:0:\nloom:x:${uid}:\nnogroup:x:65534:\n`,
    hosts: `127.0.0.1 localhost loom${hosts.map((host) => ` ${host}`).join("")}\n::1 localhost ip6-localhost ip6-loopback\n`,
    hostname: "loom\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
    "resolv.conf": "# No name server: the only doors out are the gateways and the registries' proxy.\n",
    "machine-id": "00000000000000000000000000000000\n",
    // The workspace is owned by the one uid that exists inside; git would ask all the same after an id change.
    gitconfig: "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n",
  }
  fs.mkdirSync(dir, { recursive: true, mode: 0o755 })
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), content, { mode: 0o644 })
  return Object.keys(files)
}
