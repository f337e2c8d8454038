import type { Recipe } from "@loom/core/domain/Recipe"
import { readPackageJson } from "./PackageJson.ts"
import type { Snapshot } from "./Snapshot.ts"

const NODE =
  `next nuxt @angular/core react vue svelte solid-js preact astro express fastify koa hono @nestjs/core @remix-run/react electron`.split(
    " ",
  )
/** Files that name dependencies of other languages, and the frameworks that are told from them. */
const OTHERS: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [
    /(^|\/)(pyproject\.toml|setup\.(py|cfg)|Pipfile|[^/]*requirements[^/]*\.txt)$/,
    /\b(django|flask|fastapi|starlette|tornado|pyramid|aiohttp)\b/gi,
  ],
  [/^(Gemfile|gems\.rb)$/, /^\s*gem\s+["'](rails|sinatra|hanami|grape)["']/gm],
  [/^composer\.json$/, /"(laravel\/framework|symfony\/framework-bundle|slim\/slim)"/g],
  [/^(pom\.xml|build\.gradle(\.kts)?)$/, /\b(spring-boot|quarkus|micronaut)\b/g],
  [/^go\.mod$/, /\b(gin-gonic\/gin|labstack\/echo|gofiber\/fiber|go-chi\/chi)\b/g],
  [/^Cargo\.toml$/, /^(axum|actix-web|rocket|warp|tokio|bevy)\s*=/gm],
]

/** Frameworks that the manifests name, each once. */
export const findFrameworks = (snapshot: Snapshot): NonNullable<Recipe["frameworks"]> => {
  const json = readPackageJson(snapshot)
  const node = NODE.filter((name) => json?.dependencies.has(name)).map((name) => ({ name, origin: "package.json" }))
  const others = OTHERS.flatMap(([files, names]) =>
    [...snapshot.files]
      .filter(([path]) => files.test(path))
      .flatMap(([origin, text]) => [...text.matchAll(names)].map((found) => ({ name: (found[1] ?? "").toLowerCase(), origin }))),
  )
  return [...node, ...others].filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index)
}
