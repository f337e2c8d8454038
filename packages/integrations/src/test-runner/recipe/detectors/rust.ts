import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

const detect = (snapshot: Snapshot) => {
  const manifest = snapshot.files.get("Cargo.toml")
  if (manifest === undefined) return null
  // A root that is a package as well tests only itself unless it is told otherwise.
  const workspace = /^\[workspace\b/m.test(manifest)
  const channel =
    /^\s*channel\s*=\s*["']([^"']+)/m.exec(snapshot.files.get("rust-toolchain.toml") ?? "")?.[1] ??
    /^[\w.-]+$/m.exec(snapshot.files.get("rust-toolchain") ?? "")?.[0]
  const minimum = /^\s*rust-version\s*=\s*["']([\d.]+)/m.exec(manifest)?.[1]
  const wanted = channel ?? minimum
  const hasDependencies = /^\[(workspace\.)?((dev-|build-)?dependencies|target\b.*dependencies)/m.test(manifest) || workspace
  return recipeOf({
    language: "rust",
    packageManager: "cargo",
    runner: "cargo",
    install: hasDependencies ? [{ command: "cargo fetch", origin: "Cargo.toml" }] : [],
    test: [
      {
        command: `cargo test --offline --no-fail-fast${workspace ? " --workspace" : ""}`,
        origin: workspace ? "Cargo.toml [workspace]" : "detection: Cargo.toml",
      },
    ],
    env: { CARGO_TERM_COLOR: "never" },
    tools: wanted === undefined ? {} : { rust: wanted },
  })
}

export const rust: Detector = { language: "rust", detect }
