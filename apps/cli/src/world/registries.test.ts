import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { combineRegistries, directoryOf, discoverRegistries, hostOf, withoutCredentials } from "./registries.ts"
import { defaultIndexOf, linkedUrls, parsePipConfig, type Discovery } from "./registry-sources.ts"

/** A machine whose programs, files and pages are given by name; everything else is not there. */
const machine = (parts: Partial<Record<"run" | "files" | "pages" | "env", Record<string, string>>>): Discovery => ({
  run: async (command, args) => parts.run?.[[command, ...args].join(" ")] ?? null,
  readFile: async (path) => parts.files?.[path] ?? null,
  fetchText: async (url) => parts.pages?.[url] ?? null,
  env: parts.env ?? {},
})

describe("discoverRegistries", () => {
  it("finds nothing on a machine without package managers", async () =>
    assert.deepStrictEqual(await discoverRegistries(machine({})), { hosts: [], env: {}, directories: [], notes: [] }))

  it("takes npm's registry and those of its scopes", async () => {
    const npm = { registry: "https://npm.example/", "@acme:registry": "https://acme.example:8443/npm/", cafile: "/etc/ssl/corp.pem" }
    const found = await discoverRegistries(machine({ run: { "npm config list --json": JSON.stringify(npm) } }))
    assert.deepStrictEqual(found.hosts, ["acme.example:8443", "npm.example"])
    assert.deepInclude(found.env, {
      npm_config_registry: "https://npm.example/",
      YARN_NPM_REGISTRY_SERVER: "https://npm.example",
      npm_config_cafile: "/etc/ssl/corp.pem",
    })
  })

  it("asks pip for its own default, and its index for where the files are", async () => {
    const help = "  -i, --index-url <url>  Base URL of the Python\n   Package Index (default\n   https://py.example/simple). This should"
    const found = await discoverRegistries(
      machine({
        run: { "pip config list": "", "python3 -m pip install --help": help },
        pages: { "https://py.example/simple/pip/": '<a href="https://files.example/p/pip.whl#sha256=0">pip</a><a href="../x">x</a>' },
      }),
    )
    assert.deepStrictEqual(found.hosts, ["files.example", "py.example"])
    assert.strictEqual(found.env["PIP_INDEX_URL"], "https://py.example/simple")
  })

  it("names the folders of an index on this machine", async () => {
    const config =
      "global.index-url='https://py.example/simple'\nglobal.extra-index-url='file:///srv/py/simple'\n:env:.find-links='/srv/wheels'\n"
    const found = await discoverRegistries(machine({ run: { "pip config list": config } }))
    assert.deepStrictEqual(found.directories, ["/srv/py", "/srv/wheels"])
    assert.deepInclude(found.env, { PIP_EXTRA_INDEX_URL: "file:///srv/py/simple", PIP_FIND_LINKS: "/srv/wheels" })
  })

  it("keeps Go's list of proxies and its checksum host", async () => {
    const env = JSON.stringify({
      GOPROXY: "https://goproxy.example|https://other.example,direct",
      GOSUMDB: "sum.example+key https://mirror.example",
    })
    const found = await discoverRegistries(machine({ run: { "go env -json GOPROXY GOSUMDB": env } }))
    assert.deepStrictEqual(found.hosts, ["goproxy.example", "mirror.example", "other.example", "sum.example"])
  })

  it("reads cargo's sources and where they keep their files", async () => {
    const config = '[source.mirror]\nregistry = "sparse+https://index.example/crates/"\n[source.crates-io]\nreplace-with = "mirror"\n'
    const found = await discoverRegistries(
      machine({
        env: { HOME: "/h" },
        files: { "/h/.cargo/config.toml": config },
        pages: { "https://index.example/crates/config.json": '{"dl":"https://dl.example/api"}' },
      }),
    )
    assert.deepStrictEqual(found.hosts, ["dl.example", "index.example"])
  })

  it("passes certificates on only where the sandbox can see them", async () => {
    const env = { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/corp.pem", SSL_CERT_FILE: "/root/own.pem" }
    assert.deepStrictEqual((await discoverRegistries(machine({ env }))).env, { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/corp.pem" })
  })
})

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const credentials = fc.tuple(fc.stringMatching(/^[A-Za-z0-9._~%-]{1,20}$/), fc.stringMatching(/^[A-Za-z0-9._~%:-]{1,20}$/))

describe("credentials", () => {
  it("never come through, and it is said that they did not", () =>
    fc.assert(
      fc.property(word, credentials, (host, [user, password]) => {
        const url = `https://${user}:${password}@${host}.example/simple`
        const combined = combineRegistries([{ urls: [], variables: { PIP_INDEX_URL: url, PIP_EXTRA_INDEX_URL: `${url} ${url}` } }], {})
        const clean = `https://${host}.example/simple`
        assert.deepStrictEqual(combined.env, { PIP_INDEX_URL: clean, PIP_EXTRA_INDEX_URL: `${clean} ${clean}` })
        assert.notInclude(JSON.stringify(combined), `${user}:${password}`)
        assert.lengthOf(combined.notes, URL.parse(url) === null ? 0 : 1)
      }),
    ))

  it("a URL without them stays as it is", () =>
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => assert.strictEqual(withoutCredentials(url), url))))
})

describe("parts", () => {
  it("a host is one of http(s) only", () => {
    assert.strictEqual(hostOf("sparse+https://a.example:1/x"), "a.example:1")
    assert.strictEqual(hostOf("http://a.example/x"), "a.example:80")
    for (const other of ["direct", "off", "file:///x", "ftp://a.example", ""]) assert.isUndefined(hostOf(other))
  })

  it("a folder is a path or a file URL", () => {
    assert.strictEqual(directoryOf("file:///a%20b/simple/"), "/a b")
    assert.strictEqual(directoryOf("/a/wheels"), "/a/wheels")
    for (const other of ["https://a.example/simple", "file://host/share", "wheels"]) assert.isUndefined(directoryOf(other))
  })

  it("pip's environment wins over its files, and lists are one line", () => {
    const config = parsePipConfig(
      ":env:.index-url='https://b.example'\nglobal.index-url='https://a.example'\nuser.extra-index-url='\\nhttps://c.example\\nhttps://d.example'\n",
    )
    assert.strictEqual(config.get("index-url"), "https://b.example")
    assert.strictEqual(config.get("extra-index-url"), "https://c.example https://d.example")
  })

  it("a help text without a default names none", () => assert.isUndefined(defaultIndexOf("usage: pip install")))
  it("links are resolved against their page", () =>
    assert.deepStrictEqual(linkedUrls('<a href="/x">', "https://a.example/simple"), ["https://a.example"]))
})
