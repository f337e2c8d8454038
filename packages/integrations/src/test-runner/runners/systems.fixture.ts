import { type Lane, lane } from "./Lane.fixture.ts"

const python = "/usr/bin/python3"
const goTest = (body: string, imports = `import "testing"`) => `package x\n\n${imports}\n\n${body}\n`
const rustLib = (body: string) => `#[cfg(test)]\nmod tests {\n${body}\n}\n`
const phpTest = (body: string) => `<?php\nuse PHPUnit\\Framework\\TestCase;\nfinal class ATest extends TestCase {\n${body}\n}\n`
const minitest = (body: string) => `require "minitest/autorun"\nclass ATest < Minitest::Test\n${body}\nend\n`
const testUnit = (body: string) => `require "test/unit"\nclass ATest < Test::Unit::TestCase\n${body}\nend\n`
const cmake = (tests: string) => `cmake_minimum_required(VERSION 3.10)\nproject(x NONE)\nenable_testing()\n${tests}\n`

/** The runners that come from Debian. `programs` are the commands that must succeed; whatever is missing is said in the table. */
export const systems: ReadonlyArray<Lane> = [
  lane("pytest", "pytest", {
    language: "python",
    programs: [[python, "-c", "import pytest"]],
    command: `${python} -m pytest`,
    variants: {
      passing: { "test_a.py": "def test_adds():\n    assert 1 + 1 == 2\ndef test_also():\n    pass\n" },
      failing: { "test_a.py": "def test_adds():\n    pass\ndef test_bad():\n    assert 1 == 2\n" },
      broken: { "test_a.py": "def test_adds():\n    pass\n", "test_b.py": "import missing_module\ndef test_never():\n    pass\n" },
      empty: { "a.py": "" },
      hanging: { "test_a.py": "import time\ndef test_hangs():\n    time.sleep(1000)\n" },
      spoofed: { "test_a.py": `import os\ndef test_spoof():\n    os.write(1, b"===== 9 passed in 0.01s =====\\n")\n    os._exit(0)\n` },
    },
  }),
  lane("unittest", "unittest", {
    language: "python",
    programs: [[python, "--version"]],
    command: `${python} -m unittest`,
    variants: {
      passing: {
        "test_a.py": "import unittest\nclass T(unittest.TestCase):\n    def test_adds(self): pass\n    def test_also(self): pass\n",
      },
      failing: {
        "test_a.py":
          "import unittest\nclass T(unittest.TestCase):\n    def test_adds(self): pass\n    def test_bad(self): self.fail('no')\n",
      },
      broken: {
        "test_a.py": "import unittest\nclass T(unittest.TestCase):\n    def test_adds(self): pass\n",
        "test_b.py": "import missing_module\n",
      },
      empty: { "a.py": "" },
      hanging: { "test_a.py": "import time, unittest\nclass T(unittest.TestCase):\n    def test_hangs(self): time.sleep(1000)\n" },
      spoofed: {
        "test_a.py": `import os, unittest\nclass T(unittest.TestCase):\n    def test_spoof(self):\n        os.write(2, b"Ran 9 tests in 0.001s\\n\\nOK\\n")\n        os._exit(0)\n`,
      },
    },
  }),
  lane("go test", "go", {
    language: "go",
    programs: [["go", "version"]],
    command: "go test ./...",
    env: { GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" },
    base: { "go.mod": "module example.test/x\n\ngo 1.19\n", "a.go": "package x\n" },
    variants: {
      passing: { "a_test.go": goTest("func TestAdds(t *testing.T) {}\nfunc TestAlso(t *testing.T) {}") },
      failing: { "a_test.go": goTest(`func TestAdds(t *testing.T) {}\nfunc TestBad(t *testing.T) { t.Error("no") }`) },
      broken: { "a_test.go": goTest("func TestAdds(t *testing.T) { missing() }") },
      empty: {},
      hanging: { "a_test.go": goTest("func TestHangs(t *testing.T) { time.Sleep(time.Hour) }", `import ("testing"; "time")`) },
      spoofed: {
        "a_test.go": goTest(
          `func TestSpoof(t *testing.T) { fmt.Println("--- PASS: TestX (0.00s)\\nPASS\\nok  \\texample.test/x\\t0.001s"); os.Exit(0) }`,
          `import ("fmt"; "os"; "testing")`,
        ),
      },
    },
  }),
  lane("cargo test", "cargo", {
    language: "rust",
    programs: [["/usr/bin/cargo", "--version"]],
    command: "cargo test --offline --no-fail-fast",
    base: { "Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ndoctest = false\n' },
    variants: {
      passing: { "src/lib.rs": rustLib("#[test] fn adds() {}\n#[test] fn also() {}") },
      failing: { "src/lib.rs": rustLib("#[test] fn adds() {}\n#[test] fn bad() { assert_eq!(1, 2) }") },
      broken: { "src/lib.rs": rustLib("#[test] fn adds() { missing() }") },
      empty: { "src/lib.rs": "" },
      hanging: { "src/lib.rs": rustLib("#[test] fn hangs() { std::thread::sleep(std::time::Duration::from_secs(1000)) }") },
      spoofed: {
        "src/lib.rs": rustLib(
          `#[test] fn spoof() { use std::io::Write; std::io::stdout().write_all(b"test tests::a ... ok\\n\\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\\n").unwrap(); std::process::exit(0) }`,
        ),
      },
    },
  }),
  lane("rspec", "rspec", {
    language: "ruby",
    programs: [["rspec", "--version"]],
    command: "rspec",
    variants: {
      passing: { "spec/a_spec.rb": `describe "A" do\n  it("adds") { expect(2).to eq 2 }\n  it("also") { }\nend\n` },
      failing: { "spec/a_spec.rb": `describe "A" do\n  it("adds") { }\n  it("bad") { expect(1).to eq 2 }\nend\n` },
      broken: { "spec/a_spec.rb": `describe("A") { it("adds") { } }\n`, "spec/b_spec.rb": `require "missing_file"\n` },
      empty: { "spec/a.rb": "" },
      hanging: { "spec/a_spec.rb": `describe("A") { it("hangs") { sleep 1000 } }\n` },
      spoofed: { "spec/a_spec.rb": `describe("A") { it("spoof") { $stdout.puts "9 examples, 0 failures"; $stdout.flush; exit!(0) } }\n` },
    },
  }),
  lane("minitest", "minitest", {
    language: "ruby",
    programs: [["ruby", "-e", "require 'minitest'"]],
    command: "ruby test/a_test.rb",
    variants: {
      passing: { "test/a_test.rb": minitest("  def test_adds; assert_equal 2, 1 + 1; end\n  def test_also; end") },
      failing: { "test/a_test.rb": minitest("  def test_adds; end\n  def test_bad; assert_equal 1, 2; end") },
      broken: { "test/a_test.rb": `require "missing_file"\n${minitest("  def test_never; end")}` },
      empty: { "test/a_test.rb": minitest("") },
      hanging: { "test/a_test.rb": minitest("  def test_hangs; sleep 1000; end") },
      spoofed: {
        "test/a_test.rb": minitest(
          `  def test_spoof; puts "9 runs, 9 assertions, 0 failures, 0 errors, 0 skips"; $stdout.flush; exit!(0); end`,
        ),
      },
    },
  }),
  lane("test-unit", "test-unit", {
    language: "ruby",
    programs: [["ruby", "-e", "require 'test-unit'"]],
    command: "ruby test/a_test.rb",
    variants: {
      passing: { "test/a_test.rb": testUnit("  def test_adds; assert_equal 2, 1 + 1; end\n  def test_also; end") },
      failing: { "test/a_test.rb": testUnit("  def test_adds; end\n  def test_bad; assert_equal 1, 2; end") },
      broken: { "test/a_test.rb": `require "missing_file"\n${testUnit("  def test_never; end")}` },
      empty: { "test/a_test.rb": testUnit("") },
      hanging: { "test/a_test.rb": testUnit("  def test_hangs; sleep 1000; end") },
      spoofed: {
        "test/a_test.rb": testUnit(
          `  def test_spoof; puts "9 tests, 9 assertions, 0 failures, 0 errors, 0 pendings, 0 omissions, 0 notifications\\n100% passed"; $stdout.flush; exit!(0); end`,
        ),
      },
    },
  }),
  lane("phpunit", "phpunit", {
    language: "php",
    programs: [["phpunit", "--version"]],
    command: "phpunit tests",
    variants: {
      passing: {
        "tests/ATest.php": phpTest(
          "  function testAdds() { $this->assertSame(2, 1 + 1); }\n  function testAlso() { $this->assertTrue(true); }",
        ),
      },
      failing: {
        "tests/ATest.php": phpTest("  function testAdds() { $this->assertTrue(true); }\n  function testBad() { $this->assertSame(1, 2); }"),
      },
      broken: { "tests/ATest.php": `<?php\nrequire "missing.php";\n` },
      empty: { "tests/a.php": "<?php\n" },
      hanging: { "tests/ATest.php": phpTest("  function testHangs() { sleep(1000); }") },
      spoofed: { "tests/ATest.php": phpTest(`  function testSpoof() { fwrite(STDOUT, "OK (9 tests, 9 assertions)\\n"); exit(0); }`) },
    },
  }),
  lane("ctest", "ctest", {
    language: "cmake",
    programs: [["ctest", "--version"]],
    command: "cmake -S . -B build > /dev/null && ctest --test-dir build",
    variants: {
      passing: { "CMakeLists.txt": cmake("add_test(NAME adds COMMAND true)\nadd_test(NAME also COMMAND true)") },
      failing: { "CMakeLists.txt": cmake("add_test(NAME adds COMMAND true)\nadd_test(NAME bad COMMAND false)") },
      broken: { "CMakeLists.txt": cmake("add_test(NAME adds COMMAND true)\nadd_test(NAME unbuilt COMMAND ./missing)") },
      empty: { "CMakeLists.txt": cmake("") },
      hanging: { "CMakeLists.txt": cmake("add_test(NAME hangs COMMAND sleep 1000)") },
      spoofed: {
        "CMakeLists.txt": cmake(`add_test(NAME spoof COMMAND sh -c "echo '100% tests passed, 0 tests failed out of 9'; exit 1")`),
      },
    },
  }),
  lane("bats", "bats", {
    language: "shell",
    programs: [["bats", "--version"]],
    command: "bats test",
    variants: {
      passing: { "test/a.bats": `@test "adds" { [ $((1 + 1)) -eq 2 ]; }\n@test "also" { true; }\n` },
      failing: { "test/a.bats": `@test "adds" { true; }\n@test "bad" { false; }\n` },
      broken: { "test/a.bats": `load missing\n@test "never" { true; }\n` },
      empty: { "test/a.bats": "\n" },
      hanging: { "test/a.bats": `@test "hangs" { sleep 1000; }\n` },
      spoofed: { "test/a.bats": `@test "spoof" { echo "1..1\nok 1 a\n\n9 tests, 0 failures" >&3; kill -9 $PPID; exit 0; }\n` },
    },
  }),
  lane("prove", "prove", {
    language: "perl",
    programs: [["prove", "--version"]],
    command: "prove -r t",
    variants: {
      passing: { "t/a.t": `use Test::More tests => 2;\nok(1, "adds");\nok(1, "also");\n` },
      failing: { "t/a.t": `use Test::More tests => 2;\nok(1, "adds");\nok(0, "bad");\n` },
      broken: { "t/a.t": `use Test::More tests => 1;\nok(1, "adds");\n`, "t/b.t": "use Missing::Module;\n" },
      empty: { "t/a.txt": "" },
      hanging: { "t/a.t": `use Test::More tests => 1;\nsleep 1000;\n` },
      spoofed: {
        "t/a.t": `use Test::More tests => 2;\nprint STDERR "All tests successful.\\nFiles=1, Tests=9,  0 wallclock secs\\nResult: PASS\\n";\nexit 0;\n`,
      },
    },
  }),
  lane("make", "exit-code", {
    language: "make",
    programs: [["make", "--version"]],
    command: "make test",
    variants: {
      passing: { Makefile: "test:\n\t@test 2 = 2\n" },
      failing: { Makefile: "test:\n\t@test 1 = 2\n" },
      broken: { Makefile: "test: missing.o\n\t@true\n" },
      empty: { Makefile: "test:\n" },
      hanging: { Makefile: "test:\n\t@sleep 1000\n" },
      spoofed: { Makefile: `test:\n\t@printf '1..1\\nok 1 a\\n  9 passing (1ms)\\n'; exit 1\n` },
    },
  }),
]
