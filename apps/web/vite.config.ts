import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"
import { shapes } from "./build/shapes.ts"

/** Where `vite dev` finds the API; the built page always asks its own origin. */
const api = process.env["LOOM_API_ORIGIN"] ?? "http://127.0.0.1:8787"

export default defineConfig({
  plugins: [react(), shapes()],
  // React's API from Preact: a third of the script (README.md). Hot reload in `vite dev` uses the same.
  resolve: {
    alias: {
      "react-dom/client": "preact/compat/client",
      "react-dom": "preact/compat",
      "react/jsx-runtime": "preact/jsx-runtime",
      "react/jsx-dev-runtime": "preact/jsx-runtime",
      react: "preact/compat",
    },
  },
  server: { proxy: { "/api": { target: api, ws: true } } },
  build: {
    // No inlined assets and no inlined polyfill: the content security policy is 'self' and nothing else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
