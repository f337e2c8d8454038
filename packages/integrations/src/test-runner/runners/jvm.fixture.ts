import { type Lane, lane } from "./Lane.fixture.ts"

export const junit4 = (body: string) => ({
  "src/test/java/x/ATest.java": `package x;\n\nimport org.junit.Assert;\nimport org.junit.Test;\n\npublic class ATest {\n${body}\n}\n`,
})
export const junit4Test = (name: string, body = "") => `  @Test public void ${name}() throws Exception { ${body} }`

/** What a test that wants to be believed would leave: a report of its own where surefire's lie, surefire's words, and no exit code. */
const forged = `<testsuite xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' name='x.BTest' tests='1' errors='0' skipped='0' failures='0'><testcase name='adds' classname='x.BTest' time='0'/></testsuite>`
const spoof = `java.nio.file.Path reports = java.nio.file.Paths.get("target/surefire-reports");
    java.nio.file.Files.createDirectories(reports);
    java.nio.file.Files.write(reports.resolve("TEST-x.BTest.xml"), ${JSON.stringify(forged)}.getBytes());
    System.out.println("Tests run: 9, Failures: 0, Errors: 0, Skipped: 0\\n[INFO] BUILD SUCCESS"); System.out.flush();
    Runtime.getRuntime().halt(0);`

/** Debian's own Maven repository, which lies in /usr and is therefore there, read-only, inside. */
export const repository = "/usr/share/maven-repo"
const plugin = (artifact: string) => `test -n "$(ls ${repository}/org/apache/maven/${artifact}/*/*.jar)"`

/** A project of JUnit 4 with one class, and `more` in its `pom.xml`. */
export const mavenProject = (more: string) => ({
  "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example.test</groupId>
  <artifactId>x</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>8</maven.compiler.source>
    <maven.compiler.target>8</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope></dependency>
  </dependencies>
  ${more}
</project>
`,
  "src/main/java/x/A.java": "package x;\n\npublic class A {\n  public static int add(int a, int b) { return a + b; }\n}\n",
})

/** The runners of the JVM that Debian has without a network. */
export const jvm: ReadonlyArray<Lane> = [
  lane("maven surefire", "maven", {
    language: "java",
    programs: [
      ["mvn", "--version"],
      ["javac", "--version"],
      ...["compiler", "resources", "surefire"].map((name) => ["bash", "-c", plugin(`plugins/maven-${name}-plugin`)]),
      ["bash", "-c", plugin("surefire/surefire-junit4")],
      ["test", "-e", `${repository}/junit/junit/4.x/junit-4.x.pom`],
    ],
    debian: "maven default-jdk-headless libmaven-compiler-plugin-java libmaven-resources-plugin-java libsurefire-java junit4",
    // The line that the detector finds for a `pom.xml`; the repository is said beside it.
    command: "mvn -B -ntp -o -fae test",
    env: { MAVEN_OPTS: `-Dmaven.repo.local=${repository}` },
    hangMs: 20_000,
    base: mavenProject(""),
    variants: {
      passing: junit4([junit4Test("adds", "Assert.assertEquals(2, A.add(1, 1));"), junit4Test("also")].join("\n")),
      failing: junit4([junit4Test("adds"), junit4Test("bad", "Assert.assertEquals(1, A.add(1, 1));")].join("\n")),
      broken: junit4(junit4Test("adds", "Missing.call();")),
      empty: {},
      hanging: junit4(junit4Test("hangs", "Thread.sleep(1_000_000);")),
      spoofed: junit4(junit4Test("spoof", spoof)),
    },
  }),
]
