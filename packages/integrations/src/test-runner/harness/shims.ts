/** deno and bun read NODE_OPTIONS too; the preload is for Node. */
const withoutPreload = `case "\${NODE_OPTIONS-}" in *"$home/preload.cjs"*) NODE_OPTIONS="\${NODE_OPTIONS//--require $home\\/preload.cjs/}"; [ -n "\${NODE_OPTIONS// /}" ] || unset NODE_OPTIONS;; esac
`

/**
 * Runs `command` with its output in `file` as well, and ends as it ends. A pipe into `tee` would wait for every process that the tests
 * left behind with it; two seconds are enough to write down what is in it.
 */
const alsoTo = (file: string, command: string, errors = "") => `exec 3> >(exec tee -a "${file}")
writer=$!
${command} >&3 ${errors} 3>&-
code=$?
exec 3>&-
tries=0
while [ $tries -lt 100 ] && kill -0 $writer 2>/dev/null; do tries=$((tries + 1)); sleep 0.02; done
exit $code`

/**
 * Commands that get another of the same name in front of them in PATH: how each is made to leave a machine report, in one table.
 * A body is bash and may use `$real` (the command), `$reports` (where reports go, named `<runner>-<pid>.<kind>`) and `$home` (the
 * helpers). `.started` marks that the runner began: a report must follow it.
 */
export const shims: Readonly<Record<string, string>> = {
  // Scripts that set NODE_OPTIONS themselves lose the preload: the shim gives it back.
  node: `case "\${NODE_OPTIONS-}" in *"$home/preload.cjs"*) ;; *) export NODE_OPTIONS="--require $home/preload.cjs\${NODE_OPTIONS:+ $NODE_OPTIONS}";; esac
exec "$real" "$@"`,

  go: `[ "$1" = test ] || exec "$real" "$@"
case " $* " in *" -c "*|*" -json "*|*" -list "*) exec "$real" "$@";; esac
shift
: > "$reports/go-$$.started"
${alsoTo("$reports/go-$$.jsonl", '"$real" test -json "$@"')}`,

  // libtest's JSON is unstable: its text is read, whose figures must add up.
  cargo: `case "$1" in +*) verb="$2";; *) verb="$1";; esac
case "$verb" in
  test|t) kind=cargo;;
  nextest) kind=nextest;;
  *) exec "$real" "$@";;
esac
: > "$reports/$kind-$$.started"
# The names beforehand: a line that a test prints is none of them. Arguments for the binaries themselves stay as they are.
case " $* " in *" -- "*|*" --list "*|*" --no-run "*) ;; *) [ $kind = nextest ] || "$real" "$@" -- --list 2>/dev/null | sed -n 's/^\\(.*\\): test$/loom-lists \\1/p' > "$reports/$kind-$$.txt";; esac
${alsoTo("$reports/$kind-$$.txt", '"$real" "$@"', "2>&1")}`,

  bun: `${withoutPreload}[ "$1" = test ] || exec "$real" "$@"
shift
: > "$reports/bun-$$.started"
exec "$real" test --reporter=junit --reporter-outfile="$reports/bun-$$.xml" "$@"`,

  deno: `${withoutPreload}[ "$1" = test ] || exec "$real" "$@"
shift
: > "$reports/deno-$$.started"
exec "$real" test --junit-path="$reports/deno-$$.xml" "$@"`,

  phpunit: `: > "$reports/phpunit-$$.started"
exec "$real" --log-junit "$reports/phpunit-$$.xml" "$@"`,

  // \`vendor/bin/phpunit\` is a script that asks env for php.
  php: `case "\${1##*/}" in phpunit|phpunit.phar|simple-phpunit) script="$1"; shift; : > "$reports/phpunit-$$.started"; exec "$real" "$script" --log-junit "$reports/phpunit-$$.xml" "$@";; esac
exec "$real" "$@"`,

  ctest: `case " $* " in *" -N "*|*" --show-only"*|*" --version "*|*" -S "*|*" --output-junit "*|*" --help"*) exec "$real" "$@";; esac
"$real" --help 2>/dev/null | grep -q -- --output-junit || exec "$real" "$@"
: > "$reports/ctest-$$.started"
exec "$real" --output-junit "$reports/ctest-$$.xml" "$@"`,

  // bats does not wait for the process that writes its report: `tee >(formatter >report)`.
  bats: `case " $* " in *" --help"*|*" --version"*|*" -c "*|*" --count "*|*" --report-formatter "*) exec "$real" "$@";; esac
"$real" --help 2>/dev/null | grep -q -- --report-formatter || exec "$real" "$@"
: > "$reports/bats-$$.started"
mkdir -p "$home/bats-$$"
"$real" --report-formatter tap --output "$home/bats-$$" "$@"
code=$?
report="$home/bats-$$/report.tap"
tries=0
while [ $tries -lt 300 ] && { [ ! -s "$report" ] || ls -l /proc/[0-9]*/fd 2>/dev/null | grep -qF -- "-> $report"; }; do tries=$((tries + 1)); sleep 0.1; done
[ ! -s "$report" ] || cp "$report" "$reports/bats-$$.tap"
exit $code`,

  prove: `case " $* " in *" --version "*|*" --help "*|*" --formatter"*) exec "$real" "$@";; esac
head -n 1 "$real" | grep -q perl || exec "$real" "$@"
: > "$reports/prove-$$.started"
LOOM_PROVE_REPORT="$reports/prove-$$.jsonl" exec perl "-I$home/perl" "$real" --formatter LoomFormatter "$@"`,
}
