import type { Recipe } from "@loom/core/domain/Recipe"
import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"
import { makeTarget } from "./make.ts"

/** Everything is built again with every run, so that a change is; what is built lives outside the tree where the tool allows it. */
const cmake = (snapshot: Snapshot): Recipe | null => {
  const text = snapshot.files.get("CMakeLists.txt")
  if (text === undefined) return null
  const tests = /\b(enable_testing|add_test|gtest_discover_tests|catch_discover_tests)\s*\(|include\s*\(\s*CTest\b/i.test(text)
  const nested = snapshot.paths.some((path) => /^(test|tests|unittest|unittests)\/(.*\/)?CMakeLists\.txt$/i.test(path))
  // Tests that are off unless asked for.
  const options = [...text.matchAll(/option\s*\(\s*(\w*(?:TESTS?|TESTING))\s+(?:"[^"]*"\s+)?OFF\s*\)/g)].map((found) => ` -D${found[1]}=ON`)
  return recipeOf({
    language: "c",
    packageManager: "cmake",
    runner: "ctest",
    test:
      tests || nested
        ? [
            {
              command: `cmake -S . -B "$HOME/build" -DBUILD_TESTING=ON${options.join("")} && cmake --build "$HOME/build" -j "$(nproc)" && ctest --test-dir "$HOME/build" --output-on-failure`,
              origin: tests ? "CMakeLists.txt enable_testing" : "detection: CMakeLists.txt of the tests",
            },
          ]
        : [],
  })
}

const autotools = (snapshot: Snapshot): Recipe | null => {
  const source = ["configure.ac", "configure.in"].find((name) => snapshot.files.has(name))
  const configure = snapshot.paths.includes("configure")
  if (source === undefined && !configure) return null
  const generate = source === undefined || configure ? "" : "autoreconf -fi && "
  return recipeOf({
    language: "c",
    packageManager: "autotools",
    test: [{ command: `${generate}./configure -q && make -j "$(nproc)" && make check`, origin: `detection: ${source ?? "configure"}` }],
  })
}

const meson = (snapshot: Snapshot): Recipe | null =>
  /\btest\s*\(/.test(snapshot.files.get("meson.build") ?? "") ||
  (snapshot.files.has("meson.build") && snapshot.paths.some((path) => /^tests?\/meson\.build$/.test(path)))
    ? recipeOf({
        language: "c",
        packageManager: "meson",
        test: [
          {
            command: `{ [ -d "$HOME/build" ] || meson setup "$HOME/build"; } && meson test -C "$HOME/build" --print-errorlogs`,
            origin: "meson.build test",
          },
        ],
      })
    : null

const plainMake = (snapshot: Snapshot): Recipe | null => {
  const target = snapshot.paths.some((path) => /\.(c|cc|cpp|cxx)$/.test(path)) ? makeTarget(snapshot) : null
  return target === null ? null : recipeOf({ language: "c", packageManager: "make", test: [target] })
}

/** First way that knows tests; a project often ships several. */
const detect = (snapshot: Snapshot): Recipe | null => {
  // A tool that is not there goes last: another way may do without.
  const ways = snapshot.tools.has("meson") ? [cmake, meson, plainMake, autotools] : [cmake, plainMake, autotools, meson]
  const found = ways.flatMap((way) => way(snapshot) ?? [])
  return found.find((recipe) => recipe.test.length > 0) ?? found[0] ?? null
}

export const c: Detector = { language: "c", detect }
