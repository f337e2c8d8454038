import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

const detect = (snapshot: Snapshot) => {
  const described = ["Makefile.PL", "Build.PL", "cpanfile", "dist.ini"].find((name) => snapshot.paths.includes(name))
  const hasTests = snapshot.paths.some((path) => /^t\/(.*\/)?[^/]+\.t$/.test(path))
  const isPerl = described !== undefined || snapshot.paths.some((path) => path.endsWith(".pm"))
  if (!isPerl || (described === undefined && !hasTests)) return null
  const compiled = snapshot.paths.some((path) => path.endsWith(".xs"))
  const needs = snapshot.tools.has("cpanm") && described !== undefined && described !== "dist.ini"
  return recipeOf({
    language: "perl",
    packageManager: needs ? "cpanm" : null,
    runner: "prove",
    install: needs ? [{ command: 'cpanm --notest --local-lib "$HOME/perl5" --installdeps .', origin: described ?? "" }] : [],
    test: hasTests
      ? [
          {
            command: `PERL5LIB="$HOME/perl5/lib/perl5\${PERL5LIB:+:$PERL5LIB}" ${compiled ? "sh -c 'perl Makefile.PL && make && prove -br t'" : "prove -lr t"}`,
            origin: "detection: t/*.t",
          },
        ]
      : [],
  })
}

export const perl: Detector = { language: "perl", detect }
