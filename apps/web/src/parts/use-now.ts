import { useEffect, useState } from "react"
import { serverNow } from "../api/server-clock.ts"

/** The server's time, moving on each `everyMs` while that is a number. A hidden tab does not tick. */
export const useNow = (everyMs: number | null): number => {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    if (everyMs === null) return
    const tick = () => {
      if (!document.hidden) setNow(serverNow())
    }
    tick()
    const timer = setInterval(tick, everyMs)
    document.addEventListener("visibilitychange", tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener("visibilitychange", tick)
    }
  }, [everyMs])
  return now
}
