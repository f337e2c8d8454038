import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

/**
 * Compiles everything and lets surefire fetch what it runs tests with: `dependency:go-offline` leaves the test provider out. Every class is
 * asked for a method that none has, because surefire looks for its provider only once it has found a class. A test is no part of an install.
 */
const MAVEN_INSTALL =
  "-B -ntp test '-Dtest=*#loomFetchesOnly' -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.test.failure.ignore=true"

const release = (snapshot: Snapshot): Record<string, string> => {
  const wanted =
    snapshot.files.get(".java-version")?.trim() ??
    /<(?:maven\.compiler\.release|maven\.compiler\.source|java\.version)>([\d.]+)</.exec(snapshot.files.get("pom.xml") ?? "")?.[1]
  return wanted === undefined || wanted === "" ? {} : { java: wanted }
}

const detect = (snapshot: Snapshot) => {
  const hasTests = snapshot.paths.some((path) => /(^|\/)src\/test\/.*\.(java|kt|groovy|scala)$/.test(path))
  const has = (path: string) => snapshot.paths.includes(path)
  if (snapshot.files.has("pom.xml")) {
    const maven = has("mvnw") && !snapshot.tools.has("mvn") ? "sh ./mvnw" : "mvn"
    return recipeOf({
      language: "java",
      packageManager: "maven",
      runner: "maven",
      install: [{ command: `${maven} ${MAVEN_INSTALL}`, origin: "pom.xml" }],
      test: hasTests ? [{ command: `${maven} -B -ntp -o -fae test`, origin: "detection: pom.xml and src/test" }] : [],
      tools: release(snapshot),
    })
  }
  const build = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"].find((name) => snapshot.files.has(name))
  if (build === undefined) return null
  const gradle = has("gradlew") ? "sh ./gradlew" : "gradle"
  return recipeOf({
    language: "java",
    packageManager: "gradle",
    runner: "gradle",
    install: [{ command: `${gradle} --no-daemon testClasses`, origin: build }],
    test: hasTests ? [{ command: `${gradle} --no-daemon --offline --continue test`, origin: `detection: ${build} and src/test` }] : [],
    tools: release(snapshot),
  })
}

export const java: Detector = { language: "java", detect }
