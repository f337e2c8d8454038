import { QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense, useState } from "react"
import { Link, Route, Switch, useRoute } from "wouter"
import { makeQueryClient } from "./api/queries.ts"
import { ErrorBoundary } from "./ErrorBoundary.tsx"
import { HealthPage } from "./pages/HealthPage.tsx"
import { NotFoundPage } from "./pages/NotFoundPage.tsx"
import { TaskListPage } from "./pages/TaskListPage.tsx"
import { Loading } from "./parts/Notice.tsx"

// The list is what opens first; the task page brings the log viewer along.
const TaskPage = lazy(() => import("./pages/TaskPage.tsx").then((module) => ({ default: module.TaskPage })))

const NavLink = ({ to, name }: { readonly to: string; readonly name: string }) => {
  const [here] = useRoute(to)
  return (
    <Link href={to} aria-current={here ? "page" : undefined}>
      {name}
    </Link>
  )
}

const Header = () => (
  <header className="top">
    <a className="skip" href="#main">
      Skip to the content
    </a>
    <div className="top-inner">
      <Link href="/" className="brand" aria-label="Loom, all tasks">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
          <path d="M10 5v22M22 5v22M16 5v7M16 20v7" className="warp" />
          <path d="M5 16h5.5M21.5 16H27M13 16h6" className="weft" />
        </svg>
        Loom
      </Link>
      <nav aria-label="Main">
        <NavLink to="/" name="Tasks" />
        <NavLink to="/health" name="Health" />
      </nav>
    </div>
  </header>
)

const Pages = () => (
  <Suspense
    fallback={
      <main className="page" id="main">
        <h1 className="visually-hidden">Loom</h1>
        <Loading what="the page" />
      </main>
    }
  >
    <Switch>
      <Route path="/">
        <TaskListPage />
      </Route>
      <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} />}</Route>
      <Route path="/health">
        <HealthPage />
      </Route>
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  </Suspense>
)

export const App = () => {
  const [client] = useState(makeQueryClient)
  return (
    <QueryClientProvider client={client}>
      <Header />
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </QueryClientProvider>
  )
}
