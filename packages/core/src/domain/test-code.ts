/** How tests look in the languages Loom knows: read off single lines, so a rule can quote the line it means. */

const COMMENT = /^\s*(\/\/|\/\*|\*(?!\w)|#(?![[!]|(?:if|ifdef|ifndef|define|include|endif)\b)|--(?!\w)|<!--)/
export const isComment = (line: string): boolean => COMMENT.test(line)

const DECLARATIONS: ReadonlyArray<RegExp> = [
  // JavaScript, PHP's Pest
  /^\s*(?:await\s+|return\s+|void\s+)?(?:[xf])?(?:it|test|specify|t\.test)(?:\.(?!each\b)\w+)*(?:\.each\s*(?:\(.*?\)|`.*?`))?\s*\(\s*(["'`])(?<title>(?:\\.|(?!\1).)+)\1/,
  // Ruby, bats
  /^\s*(?:[xf])?(?:it|specify|test|example|scenario|@test)\s+(["'])(?<title>(?:\\.|(?!\1).)+)\1/,
  // Python, Ruby
  /^\s*(?:async\s+)?def\s+(?<title>test\w*)\s*(?:\(|$)/,
  /^func\s+(?<title>(?:Test|Fuzz|Example)\w*)\s*\(/,
  /^\s*#\[(?<title>(?:\w+::)*test)\b/,
  /^\s*@(?<title>Test|ParameterizedTest|RepeatedTest)\b/,
  /^\s*#\[(?<title>Test)\]/,
  /^\s*(?:public\s+)?function\s+(?<title>test\w+)\s*(?:\(|\{)/,
  // C: gtest, Criterion, check, plain functions
  /^\s*(?:TEST|TEST_F|TEST_P|Test|TEST_CASE|START_TEST|ParameterizedTest)\s*\((?<title>[^)]+)\)/,
  /^\s*(?:static\s+)?(?:void|int)\s+(?<title>test_\w+)\s*\(/,
  /^(?<title>test_\w+)\s*\(\)\s*\{?/,
]

/** The name of the test that a line declares, or null. Comments declare nothing. */
export const declaredTest = (line: string): string | null => {
  if (isComment(line)) return null
  for (const pattern of DECLARATIONS) {
    const title = pattern.exec(line)?.groups?.["title"]
    if (title !== undefined) return title
  }
  return null
}

/** An attribute (`#[test]`, `@Test`) says that the next function is a test; its own word is no name. */
export const isAttribute = (title: string): boolean => /^(?:(?:\w+::)*test|Test|ParameterizedTest|RepeatedTest)$/.test(title)

/** The name of a function that may be a test by the attribute above it. */
export const functionName = (line: string): string | null =>
  /\b(?:fn|void|fun|function)\s+(`[^`]+`|\w+)\s*[(<]/.exec(line)?.[1]?.replaceAll("`", "") ?? null

/** A group of tests, by its title. */
export const declaredGroup = (line: string): string | null =>
  isComment(line)
    ? null
    : (/^\s*(?:RSpec\.)?(?:[xf])?(?:describe|context|suite)(?:\.\w+)*\s*\(?\s*(["'])((?:\\.|(?!\1).)+)\1/.exec(line)?.[2] ??
      /^\s*(?:public\s+|final\s+)*class\s+(Test\w*|\w+Tests?)\b/.exec(line)?.[1] ??
      null)

const FOCUS =
  /(?<![\w.$])(?:describe|it|test|context|suite|specify)(?:\.\w+)*\.only\b|(?<![\w.$])(?:fit|fdescribe|fcontext|ftest|fspecify)\s*\(?\s*["'`]|\{\s*only:\s*true|,\s*(?::focus\b|focus:\s*true)|->only\(\)/
export const focuses = (line: string): boolean => !isComment(line) && FOCUS.test(line)

const SKIP_ALWAYS = [
  /(?<![\w.$])(?:describe|it|test|context|suite|specify)(?:\.\w+)*\.(?:skip|todo|failing|fails|fixme)\b(?!If)/,
  /(?<![\w.$])(?:xit|xdescribe|xtest|xcontext|xspecify)\s*(?:\(|["'])/,
  /\bthis\.skip\(\)/,
  /(?<![\w$])(?:t|ctx|context)\.(?:skip|todo)\(/,
  /\{\s*(?:skip|todo)\s*:\s*(?!false\b)/,
  /@pytest\.mark\.(?:skip|xfail)\b(?!if)/,
  /\bpytestmark\s*=.*\b(?:skip|xfail)\b(?!if)/,
  /\bpytest\.(?:skip|xfail)\(|\bmark\.xfail\b/,
  /\bpytest\.importorskip\(/,
  /@(?:unittest\.)?(?:skip|expectedFailure)\b(?!If|Unless)/,
  /\bself\.skipTest\(/,
  /\braise\s+(?:unittest\.)?SkipTest\b/,
  /\b__test__\s*=\s*False\b/,
  /(?<![\w.])[tb]\.Skip(?:f|Now)?\(/,
  /^\s*\/\/go:build\s+(?:ignore|never)\b|^\/\/\s*\+build\s+ignore/,
  /#\[ignore\b|#\[cfg\(any\(\)\)\]|#\[cfg_attr\(all\(\),\s*ignore/,
  /@(?:Disabled|Ignore)\b(?!If)/,
  /\bassume(?:True|That)\(\s*false\b|\bassumeFalse\(\s*true\b/,
  /\bmarkTest(?:Skipped|Incomplete)\(|->skip\(\)|->todo\(\)/,
  /^\s*(?:skip|pending)\b\s*(?:\(?["']|$)|,\s*(?::skip\b|skip:\s*(?!false)|pending:\s*true|skip=True)/,
  /\bGTEST_SKIP\(\)|\bDISABLED_\w+/,
  /(?:skipif|skipIf|skip_if|runIf|skipUnless)\s*\(\s*(?:[Tt]rue|1|not False)\b/,
]
const SKIP_SOMETIMES =
  /#\[cfg\((?!test\b|any\(\)|not\(test)|^\s*if\b.*\breturn\b\s*;?\s*\}?\s*$|@Enabled(?:If|On)|@pytest\.mark\.skipif\b|\bskip(?:If|Unless)\b|\.runIf\b|\bassume(?:True|That|False)\(|@(?:Disabled|Enabled)If/

/** A condition that a run decides, not the machine: nobody sets it where the tests run. */
export const skipsUnlessAsked = (line: string): boolean =>
  /environ|getenv|process\.env|ENV\[|EnvironmentVariable|feature\s*=|--run/.test(line)

export const skips = (line: string): "always" | "sometimes" | null =>
  /^\s*\/\/go:build|^\/\/\s*\+build/.test(line)
    ? SKIP_ALWAYS.some((pattern) => pattern.test(line))
      ? "always"
      : null
    : isComment(line)
      ? null
      : SKIP_ALWAYS.some((pattern) => pattern.test(line))
        ? "always"
        : SKIP_SOMETIMES.test(line)
          ? "sometimes"
          : null

const ASSERTIONS: ReadonlyArray<RegExp> = [
  /\bexpect(?:[A-Z]\w*)?\s*[({]|\bassert(?:[.\w]*\s*[!(]|\s+[^=\s])|\b(?:check|verify|ensure)[A-Z_]\w*\(|^\s*verify\(/,
  /\bself\.(?:assert|fail)\w*\(|\bpytest\.raises\b/,
  /\bt\.(?:is|deepEqual|like|true|false|truthy|falsy|throws\w*|notThrows\w*|regex|equal|same|ok|match|Error|Errorf|Fatal|Fatalf|assert)\w*\(/,
  /\b(?:require|assert)\.\w+\(|\.should[.(]|\bshould(?:_not)?\s|\bmust_\w+|\brefute\w*\b/,
  /\$this->(?:assert|expect)\w+\(|\bSnapshot\(|\bto(?:_not)?\s+(?:eq|be|match|raise)/,
  /\b(?:EXPECT|ASSERT|CHECK|REQUIRE)(?:_[A-Z]+)*\(|\bck_assert\w*\(|\bcr_assert\w*\(|\bTEST_ASSERT\w*\(/,
  // bats and shell: a test command on a line of its own.
  /^\s*(?:\[\[?|test)\s+.*\$|^\s*(?:run\s+)?(?:assert|refute)_\w+/,
]
/** `if got != want { t.Fatal }` and the like: the comparison stands on the line before. */
export const asserts = (line: string): boolean =>
  !isComment(line) &&
  !/^\s*(?:import\b|from\b|use\b|require(?:_relative)?[\s(]+["']|const\b.*=\s*require\()/.test(line) &&
  ASSERTIONS.some((pattern) => pattern.test(line))

/** True whatever the code does. */
const TRIVIAL =
  /expect\(\s*(true|1|"[^"]*"|'[^']*')\s*\)\.(?:to\w*\.)*(?:toBe|toEqual|toStrictEqual|equal|eql|to eq)\(\s*\1\s*\)|expect\(\s*true\s*\)\.(?:toBeTruthy|to\b)|assert(?:\.ok|\.isTrue|True|_true)?\(\s*(?:t,\s*)?(?:true|True|1)\s*[,)]|\bassert\s+(?:True|true|1)\s*(?:$|#|,)|\bassert\s.*\bor\s+True\b|\bt\.pass\(\)|assert(?:\.(?:equal|strictEqual|deepEqual|Equal))\(\s*(?:t,\s*)?(\d+|true)\s*,\s*\2\s*[,)]|assert!\(true\)|assert_eq!\(\s*(\w+)\s*,\s*\3\s*\)|assert(?:Equals?|Same)\(\s*([\w$]+)\s*,\s*\4\s*\)|^\s*(?:\[\[? 1 (?:-eq|==?) 1 \]\]?|test 1 = 1|\[\[? true \]\]?)\s*$|\bEXPECT_TRUE\(true\)|^\s*expect\(([\w.$]+(?:\([^()]*\))?)\)\.(?:toBe|toEqual)\(\5\)|\bassert(?:_eq!|_equal|Equals?|Same|\.(?:equal|strictEqual|deepEqual|Equal))\(?\s*(?:t,\s*)?([\w.$>-]+(?:\([^()]*\))?)\s*,\s*\6\s*\)?\s*;?$|^\s*assert\s+([\w.]+(?:\([^()]*\))?)\s*==\s*\7\s*$|\baddToAssertionCount\(|\bexpectNotToPerformAssertions\(|\bexpect\.assertions\(0\)/
export const isTrivial = (line: string): boolean => !isComment(line) && TRIVIAL.test(line)

/** Says only that there is something, or of what kind, not what. */
const WEAK =
  /\bt\.(?:Fatal|Error)f?\((?:"[^"]*%v[^"]*",\s*)?err\)|pytest\.raises\(\s*(?:Base)?Exception\s*\)|assertRaises\(\s*(?:Base)?Exception\b|assertThrows\(\s*(?:Exception|Throwable)\.class|\b(?:not_to|to) raise_error\s*(?:$|\})|expectException\(\\?(?:Exception|Throwable)::class|\batLeast\(0\)|\.toBe(?:Defined|Truthy|Falsy)\(\)|\.not\.toBe(?:Undefined|Null|NaN)?\(|\.(?:not\.)?toThrow(?:Error)?\(\)|\.toHaveBeenCalled\(\)|\.toBeCalled\(\)|\.toHaveReturned\(\)|\bassert_called\(\)|^\s*assert\s+\w+\.called\s*$|\bcalled\)\.toBe\(true\)|\.not\.(?:toEqual|toStrictEqual)\(|(?:toBe|toEqual|toStrictEqual)\(\s*expect\.any(?:thing)?\(|\.toBe(?:InstanceOf|TypeOf)\(|assert(?:\.ok|\.exists|\.isDefined|\.isOk|\.isNumber|\.isString|\.notEqual|\.notStrictEqual)\(|(?<!not)\bassert(?:IsNotNone|IsInstance|NotEqual|NotEquals|NotNull|IsString|IsInt|IsArray|NotEmpty)\(|assertTrue\(\s*(?!.*(?:==|\.equals\())|\bis not None\b|\bisinstance\(|\bt\.truthy\(|\.to\.(?:exist|be\.(?:ok|an?\())|\b(?:not_to|to_not) be_nil|\bto be_(?:truthy|a\(|an\(|kind_of|present)|\b(?:require|assert)\.(?:NotNil|NotEmpty|NotEqual|NoError|IsType)\(|\bassert!\(\s*!?[\w.]+(?:\([^)]*\))?\.(?:is_ok|is_some|is_empty)\(\)|\bassert_ne!\(|\b(?:EXPECT|ASSERT)_(?:NE|TRUE)\(|\bassert\(\s*[\w.>-]+(?:\([^()]*\))?\s*(?:!=\s*(?:NULL|0)\s*)?\)\s*;|^\s*\[\[?\s+-[nze]\s|^\s*assert\s+[\w.]+(?:\([^()]*\))?\s*$|\bassert_not_nil|\brefute_nil|\brefute_empty/
export const isWeak = (line: string): boolean => asserts(line) && WEAK.test(line)

/** Says something about a part of it, or a range. */
const PARTIAL =
  /\.toHaveLength\(|\blen\(\w+(?:\([^()]*\))?\)\s*==|\.(?:length|size|count)(?:\(\))?\)?(?:\.(?:toBe|toEqual)|\s*[=,)])|assert(?:Count|HasLength)\(|\b(?:require|assert)\.Len\(|\bhave_attributes|toHaveProperty\(|\.toContain(?:Equal)?\(|\.toMatch(?:Object)?\(|\.stringContaining\(|\.objectContaining\(|\.arrayContaining\(|\.toBe(?:Greater|Less)Than(?:OrEqual)?\(|\.to\.(?:include|contain|match)\(|assert(?:\.include|\.match|In|Regex|Greater|Less|GreaterEqual|StringContainsString|Contains|MatchesRegularExpression|_includes|_match|_in_delta)\(|\b(?:require|assert)\.(?:Contains|Regexp|Greater|Less|Subset)\(|\bto (?:include|match|start_with)\b|\bassert\s+.+(?<!\bfor\s[\w, ]+)\s(?:in|>=?|<=?)\s|\bassert!\(.*\.(?:contains|starts_with)\(|\bt\.(?:regex|match|like)\(|\bEXPECT_(?:GT|GE|LT|LE|THAT)\(|\*"?\$?\w*"?\*\s*\]\]|\bassert_output\s+--(?:partial|regexp)/

/** How much a check says: 3 a value, 2 a part or a range, 1 that there is something, 0 nothing or no check. */
export const strength = (line: string): 0 | 1 | 2 | 3 =>
  !asserts(line) || isTrivial(line) ? 0 : WEAK.test(line) ? 1 : PARTIAL.test(line) ? 2 : 3

/** A test or an early end without any content. */
export const isEmptyTest = (line: string): boolean =>
  declaredTest(line) !== null &&
  /(?:=>|\)|\bfunction\s*\w*\([^)]*\))\s*\{\s*(?:return;?)?\s*\}\s*\)?;?\s*$|:\s*(?:pass|return|\.\.\.)\s*$|\bdo\s*;?\s*end\s*$|^\s*(?:it|specify|test|example)\s+(["'])(?:(?!\1).)*\1\s*$|\{\s*(?:true|:)?;?\s*\}\s*$/.test(
    line,
  )
export const endsEarly = (line: string): boolean =>
  /^\s*(?:return;?|pass|\.\.\.|return\s+(?:true|None|undefined|0|nil);?|if\s*\(?\s*(?:true|True|1)\s*\)?\s*:?\s*(?:\{?\s*return;?\s*\}?)?|next|:)\s*$/.test(
    line,
  )
