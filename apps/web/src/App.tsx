import { QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense, useEffect, useState } from "react"
import { Link, Route, Switch, useRoute } from "wouter"
import { makeQueryClient } from "./api/queries.ts"
import { ErrorBoundary } from "./ErrorBoundary.tsx"
import { NotFoundPage } from "./pages/NotFoundPage.tsx"
import { TaskListPage } from "./pages/TaskListPage.tsx"
import { Account } from "./parts/Account.tsx"
import { Loading } from "./parts/Notice.tsx"
import { whenSomethingIsSaid } from "./widgets/say.ts"

// The list is what opens first; every other page brings its own part along.
const TaskPage = lazy(() => import("./pages/TaskPage.tsx").then((module) => ({ default: module.TaskPage })))
const NewTaskPage = lazy(() => import("./pages/NewTaskPage.tsx").then((module) => ({ default: module.NewTaskPage })))
const RepositoriesPage = lazy(() => import("./pages/RepositoriesPage.tsx").then((module) => ({ default: module.RepositoriesPage })))
const HealthPage = lazy(() => import("./pages/HealthPage.tsx").then((module) => ({ default: module.HealthPage })))
const SettingsPage = lazy(() => import("./pages/SettingsPage.tsx").then((module) => ({ default: module.SettingsPage })))
const Toasts = lazy(() => import("./widgets/Toasts.tsx").then((module) => ({ default: module.Toasts })))

/** Nothing until something is said; then the toasts are loaded and stay. */
const ToastsOnDemand = () => {
  const [wanted, setWanted] = useState(false)
  useEffect(() => whenSomethingIsSaid(() => setWanted(true)), [])
  return wanted ? (
    <Suspense fallback={null}>
      <Toasts />
    </Suspense>
  ) : null
}

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
        <NavLink to="/new" name="New" />
        <NavLink to="/repositories" name="Repositories" />
        <NavLink to="/health" name="Health" />
        <NavLink to="/settings" name="Settings" />
      </nav>
      <Account />
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
      <Route path="/new">
        <NewTaskPage />
      </Route>
      <Route path="/repositories">
        <RepositoriesPage />
      </Route>
      <Route path="/health">
        <HealthPage />
      </Route>
      <Route path="/settings">
        <SettingsPage />
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
      <ToastsOnDemand />
    </QueryClientProvider>
  )
}
