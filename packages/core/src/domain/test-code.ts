/** How tests look in the languages Loom knows: read off single lines, so a rule can quote the line it means. */

const COMMENT = /^\s*(\/\/|\/\*|\*|#(?!\[)|--)/
const isComment = (line: string): boolean => COMMENT.test(line)

const DECLARATIONS: ReadonlyArray<RegExp> = [
  /^\s*(?:await\s+|return\s+|void\s+)?(?:[xf])?(?:it|test|specify|t\.test)(?:\.(?!each\b)\w+)*(?:\.each\s*(?:\(.*?\)|`.*?`))?\s*\(\s*(["'`])(?<title>(?:\\.|(?!\1).)+)\1/,
  /^\s*(?:async\s+)?def\s+(?<title>test\w*)\s*\(/,
  /^func\s+(?<title>(?:Test|Fuzz|Example)\w*)\s*\(/,
  /^\s*#\[(?<title>(?:\w+::)*test)\b/,
  /^\s*@(?<title>Test|ParameterizedTest)\b/,
  /^\s*(?:public\s+)?function\s+(?<title>test\w+)\s*\(/,
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

/** A group of tests, by its title. */
export const declaredGroup = (line: string): string | null =>
  isComment(line)
    ? null
    : (/^\s*(?:[xf])?(?:describe|context|suite)(?:\.\w+)*\s*\(\s*(["'`])((?:\\.|(?!\1).)+)\1/.exec(line)?.[2] ??
      /^\s*class\s+(Test\w*|\w+Tests?)\b/.exec(line)?.[1] ??
      null)

const FOCUS =
  /(?<![\w.$])(?:describe|it|test|context|suite|specify)(?:\.\w+)*\.only\b|(?<![\w.$])(?:fit|fdescribe|fcontext|ftest)\s*\(\s*["'`]/
export const focuses = (line: string): boolean => !isComment(line) && FOCUS.test(line)

const SKIP_ALWAYS = [
  /(?<![\w.$])(?:describe|it|test|context|suite|specify)(?:\.\w+)*\.(?:skip|todo|failing|fails)\b(?!If)/,
  /(?<![\w.$])(?:xit|xdescribe|xtest|xcontext|xspecify)\s*\(/,
  /\bthis\.skip\(\)/,
  /(?<![\w$])(?:t|ctx|context)\.(?:skip|todo)\(/,
  /\{\s*(?:skip|todo)\s*:\s*(?!false\b)/,
  /@pytest\.mark\.(?:skip|xfail)\b(?!if)/,
  /\bpytest\.(?:skip|xfail)\(/,
  /@(?:unittest\.)?(?:skip|expectedFailure)\b(?!If|Unless)/,
  /\bself\.skipTest\(/,
  /\braise\s+(?:unittest\.)?SkipTest\b/,
  /(?<![\w.])[tb]\.Skip(?:f|Now)?\(/,
  /#\[ignore\b/,
  /@(?:Disabled|Ignore)\b/,
  /\bmarkTest(?:Skipped|Incomplete)\(/,
  /(?:skipif|skipIf|skip_if|runIf|skipUnless)\s*\(\s*(?:[Tt]rue|1|not False)\b/,
]
const SKIP_SOMETIMES = /@pytest\.mark\.skipif\b|\bskip(?:If|Unless)\b|\.runIf\b/

export const skips = (line: string): "always" | "sometimes" | null =>
  isComment(line) ? null : SKIP_ALWAYS.some((pattern) => pattern.test(line)) ? "always" : SKIP_SOMETIMES.test(line) ? "sometimes" : null

const ASSERTION =
  /\bexpect\s*\(|\bassert(?:[.\w]*\s*[!(]|\s+[^=\s])|\bself\.(?:assert|fail)\w*\(|\bt\.(?:is|deepEqual|like|true|false|truthy|falsy|throws\w*|notThrows\w*|regex|equal|same|ok|match|Error|Errorf|Fatal|Fatalf|assert)\w*\(|\b(?:require|assert)\.\w+\(|\.should[.(]|\bpytest\.raises\b|\$this->assert\w+\(|\bSnapshot\(/
export const asserts = (line: string): boolean =>
  !isComment(line) && !/^\s*(?:import|from|const\b.*=\s*require\()/.test(line) && ASSERTION.test(line)

/** True whatever the code does. */
const TRIVIAL =
  /expect\(\s*(true|1|"[^"]*"|'[^']*')\s*\)\.(?:to\w*\.)*(?:toBe|toEqual|toStrictEqual|equal|eql)\(\s*\1\s*\)|expect\(\s*true\s*\)\.toBeTruthy|assert(?:\.ok|\.isTrue|True)?\(\s*(?:true|True|1)\s*[,)]|\bassert\s+(?:True|1)\s*(?:$|#|,)|\bt\.pass\(\)|assert(?:\.(?:equal|strictEqual|deepEqual))\(\s*(\d+|true)\s*,\s*\2\s*[,)]|assert!\(true\)|assertEqual\(\s*(\w+)\s*,\s*\3\s*\)/
export const isTrivial = (line: string): boolean => !isComment(line) && TRIVIAL.test(line)

/** Says only that there is something, not what. */
const WEAK =
  /\.toBe(?:Defined|Truthy)\(\)|\.not\.toBe(?:Undefined|Null)\(\)|\.not\.toThrow\(\)|expect\.anything\(\)|assert(?:\.ok|\.exists|\.isDefined|\.isOk)\(|assertIsNotNone\(|assertTrue\(|\bis not None\b|\bt\.truthy\(|\.to\.(?:exist|be\.ok)\b/
export const isWeak = (line: string): boolean => asserts(line) && WEAK.test(line)

/** A test or an early end without any content. */
export const isEmptyTest = (line: string): boolean =>
  declaredTest(line) !== null &&
  /(?:=>|\)|\bfunction\s*\w*\([^)]*\))\s*\{\s*(?:return;?)?\s*\}\s*\)?;?\s*$|:\s*(?:pass|return|\.\.\.)\s*$/.test(line)
export const endsEarly = (line: string): boolean =>
  /^\s*(?:return;?|pass|\.\.\.|return\s+(?:true|None|undefined);?|if\s*\(?\s*(?:true|True|1)\s*\)?\s*:?\s*(?:return;?)?)\s*$/.test(line)
