import { Link } from "wouter"
import { PageHeading } from "../parts/PageHeading.tsx"

export const NotFoundPage = () => (
  <main className="page" id="main">
    <PageHeading title="No such page">No such page</PageHeading>
    <div className="empty">
      <p>Nothing is at this address.</p>
      <Link href="/" className="button">
        Show all tasks
      </Link>
    </div>
  </main>
)
