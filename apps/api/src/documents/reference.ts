import { html } from "hono/html"
import type { openApiDocument } from "./openapi.ts"

/*
 * The reference as one page without a script, made of the document: the renderers there are put their styles into the page by
 * script, which `style-src 'self'` forbids, and weigh ten times the status page (docs/decisions/022).
 */

type Document = ReturnType<typeof openApiDocument>

interface Described {
  readonly operationId: string
  readonly tags: ReadonlyArray<string>
  readonly summary: string
  readonly description?: string
  readonly parameters?: ReadonlyArray<{
    readonly name?: string
    readonly in?: string
    readonly required?: boolean
    readonly schema?: object
  }>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

const print = (value: unknown) => JSON.stringify(value, null, 2)
const schemaName = (schema: object): string | null => {
  const ref: unknown = Reflect.get(schema, "$ref")
  return typeof ref === "string" ? (ref.split("/").at(-1) ?? null) : null
}

const contentOf = (content: Described["responses"][string]["content"]) =>
  Object.entries(content ?? {}).map(([type, { schema }]) => {
    const name = schemaName(schema)
    if (type === "application/problem+json") {
      const codes = /"enum":(\[[^\]]*\])/.exec(JSON.stringify(schema))?.[1] ?? "[]"
      return html`<br />${codes.replaceAll(/[[\]"]/g, "").replaceAll(",", ", ")}`
    }
    return name === null ? html` (${type})` : html` <a href="#schema-${name}">${name}</a>`
  })

const operationOf = (path: string, method: string, operation: Described) => html`
  <article id="${operation.operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${operation.summary}.${operation.description === undefined ? "" : ` ${operation.description}`}</p>
    ${
      operation.parameters === undefined
        ? ""
        : html`<h4>Parameters</h4>
            <ul>
              ${operation.parameters.map((parameter) =>
                parameter.name === undefined
                  ? html`<li><code>${schemaName(parameter) ?? ""}</code> (header)</li>`
                  : html`<li>
                      <code>${parameter.name}</code> (${parameter.in}${parameter.required === true ? ", required" : ""})
                      <code>${JSON.stringify(parameter.schema)}</code>
                    </li>`,
              )}
            </ul>`
    }
    ${
      operation.requestBody === undefined
        ? ""
        : html`<details>
            <summary>Body</summary>
            <pre tabindex="0">${print(operation.requestBody.content["application/json"]?.schema)}</pre>
          </details>`
    }
    <h4>Answers</h4>
    <ul>
      ${Object.entries(operation.responses).map(
        ([status, { content, description }]) => html`<li><strong>${status}</strong> ${description}${contentOf(content)}</li>`,
      )}
    </ul>
  </article>
`

/** The document for people to read. */
export const referencePage = async (document: Document): Promise<string> => {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation: operation as Described })),
  )
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Loom: API reference</title>
        <link rel="stylesheet" href="/api/reference.css" />
      </head>
      <body>
        <main>
          <h1>Loom API ${document.info.version}</h1>
          ${document.info.description.split("\n\n").map((text) => html`<p>${text}</p>`)}
          <p><a href="/api/openapi.json">OpenAPI 3.1</a> · <a href="/api/asyncapi.json">AsyncAPI 3 of the live feed</a></p>
          <nav aria-label="Operations">
            <ul>
              ${all.map(({ method, operation, path }) => html`<li><a href="#${operation.operationId}">${method.toUpperCase()} ${path}</a></li>`)}
            </ul>
          </nav>
          ${document.tags.map(
            ({ name }) =>
              html`<section>
                <h2>${name}</h2>
                ${all.filter(({ operation }) => operation.tags.includes(name)).map((each) => operationOf(each.path, each.method, each.operation))}
              </section>`,
          )}
          <section>
            <h2>Schemas</h2>
            ${Object.entries(document.components.schemas).map(
              ([name, schema]) =>
                html`<details id="schema-${name}">
                  <summary>${name}</summary>
                  <pre tabindex="0">${print(schema)}</pre>
                </details>`,
            )}
          </section>
        </main>
      </body>
    </html>`
  return String(await page)
}

export const referenceStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: auto; padding: 1rem }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
pre { overflow: auto; padding: 1rem; border: 1px solid; max-height: 40rem }
summary, nav a { display: inline-block; min-height: 44px; padding-block: .6rem }
nav ul { padding: 0; list-style: none; columns: 20rem }
article { border-top: 1px solid; margin-block: 2rem }
`
