/** A `.env` file as wrangler reads it (dotenv, then dotenv-expand). The last line ends with a newline. */
export const encodeDotenv = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(name, value)}\n`)
    .join("")

/** Single quotes and backticks keep everything as it is, line breaks too; only `$` would still be expanded. */
const quoted = (name: string, value: string): string => {
  const mark = ["'", "`"].find((one) => !value.includes(one))
  if (mark === undefined) throw new Error(`the value of ${name} holds both ' and \`, which an .env file cannot say`)
  return `${mark}${value.replaceAll("\r\n", "\n").replaceAll("$", "\\$")}${mark}`
}
