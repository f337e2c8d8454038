import { Option, Schema } from "effect"
import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

const Composer = Schema.fromJsonString(
  Schema.Struct({
    require: Schema.optionalKey(Schema.Unknown),
    "require-dev": Schema.optionalKey(Schema.Unknown),
    scripts: Schema.optionalKey(Schema.Unknown),
  }),
)
const decode = Schema.decodeUnknownOption(Composer)
const keys = (value: unknown): ReadonlyArray<string> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : []

const detect = (snapshot: Snapshot) => {
  const composer = Option.getOrNull(decode(snapshot.files.get("composer.json") ?? ""))
  const config = ["phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"].find((name) => snapshot.files.has(name))
  if (composer === null && config === undefined) return null
  const packages = [...keys(composer?.require), ...keys(composer?.["require-dev"])]
  const hasTests = snapshot.paths.some((path) => path.endsWith("Test.php"))
  const own = packages.some((name) => /^(phpunit\/phpunit|symfony\/phpunit-bridge|pestphp\/pest)$/.test(name))
  const php = /"php"\s*:\s*"([^"]+)"/.exec(snapshot.files.get("composer.json") ?? "")?.[1]
  const pest = packages.includes("pestphp/pest")
  const scripted = keys(composer?.scripts).includes("test")
  return recipeOf({
    language: "php",
    packageManager: composer === null ? null : "composer",
    runner: config !== undefined || own ? "phpunit" : "exit-code",
    install:
      composer === null
        ? []
        : [
            {
              command: "composer install --no-interaction --no-progress",
              origin: snapshot.files.has("composer.lock") ? "composer.lock" : "composer.json",
            },
          ],
    test:
      config !== undefined || (own && hasTests)
        ? [{ command: own ? `vendor/bin/${pest ? "pest" : "phpunit"}` : "phpunit", origin: config ?? "composer.json require-dev" }]
        : scripted
          ? [{ command: "composer test", origin: "composer.json scripts.test" }]
          : [],
    tools: php === undefined ? {} : { php },
  })
}

export const php: Detector = { language: "php", detect }
