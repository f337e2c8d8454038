const two = (n: number) => String(n).padStart(2, "0")

/** A length of time for people: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`, `2 d 3 h`. Negative and broken values are 0. */
export const formatDuration = (ms: number): string => {
  if (!(ms > 0)) return "0 s"
  if (ms < 9_950) return ms < 50 ? "0 s" : `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${two(minutes % 60)} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** The same for something that runs: whole seconds, so that the figure ticks instead of flickering. */
export const formatRunning = (ms: number): string =>
  ms < 10_000 ? `${Math.max(0, Math.floor(ms / 1000)) || 0} s` : formatDuration(Math.floor(ms / 1000) * 1000)

/** How long ago, roughly: `just now`, `4 min ago`, `3 h ago`, `2 days ago`. */
export const formatAgo = (at: number, now: number): string => {
  const seconds = Math.floor((now - at) / 1000)
  if (seconds < 10) return "just now"
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? "1 day ago" : `${days} days ago`
}

/** A clock time of the reader's own zone, `14:03:09`. */
export const formatClock = (at: number): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? "--:--:--" : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** For `<time dateTime>` and titles; empty for a time that no calendar holds. */
export const formatIso = (at: number): string => {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? "" : date.toISOString()
}
