import MarkdownIt from "markdown-it"

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true })

/** Text that is safe inside HTML. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

function render(value: unknown): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(render).join("")
  return value === null || value === undefined || value === false ? "" : escape(String(value))
}

/** Template tag: everything put in is escaped, unless it is `Html` already. */
export function html(strings: TemplateStringsArray, ...values: ReadonlyArray<unknown>): Html {
  return new Html(strings.reduce((text, part, index) => text + render(values[index - 1]) + part))
}

/** Markdown as GitHub shows it, near enough: comments are hidden, folding sections work, other HTML stays text. */
export function renderMarkdown(source: string | null): Html {
  const rendered = markdown.render((source ?? "").replace(/<!--[\s\S]*?-->/g, ""))
  return new Html(rendered.replace(/&lt;(\/?(?:details|summary))&gt;/g, "<$1>"))
}

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1f2328;background:#fff}
h1 small{color:#59636e;font-weight:400} a{color:#0969da;text-decoration:none} a:hover{text-decoration:underline}
.badge,.label{display:inline-block;border-radius:1rem;padding:.1rem .7rem;font-size:.85rem;color:#fff;background:#59636e}
.open{background:#1a7f37}.merged{background:#8250df}.closed{background:#cf222e}.label{background:#ddf4ff;color:#0969da}
.card{border:1px solid #d1d9e0;border-radius:.4rem;margin:1rem 0}.card>header{background:#f6f8fa;padding:.4rem .8rem;border-bottom:1px solid #d1d9e0;font-size:.9rem}
.card>div{padding:.2rem .8rem;overflow-wrap:anywhere} pre{overflow-x:auto;background:#f6f8fa;padding:.6rem;margin:0;font-size:.82rem} code{font-family:ui-monospace,monospace}
pre .add{background:#dafbe1;display:block}pre .del{background:#ffebe9;display:block}pre .hunk{color:#0969da;display:block}pre .ctx{display:block}
table{border-collapse:collapse}td,th{border:1px solid #d1d9e0;padding:.2rem .6rem}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#f0f6fc}.card,.card>header,td,th{border-color:#3d444d}.card>header,pre{background:#151b23}a,pre .hunk{color:#4493f8}pre .add{background:#12261e}pre .del{background:#301b1e}.label{background:#121d2f}}
`

export function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`
}

/** A patch with its lines coloured. */
export function diffBlock(patch: string): Html {
  const lines = patch
    .split("\n")
    .map(
      (line) =>
        html`<span class="${line.startsWith("@@") ? "hunk" : line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "ctx"}"
          >${line || " "}</span
        >`,
    )
  return html`<pre><code>${lines}</code></pre>`
}
