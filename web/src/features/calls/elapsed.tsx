import { useEffect, useState } from 'react'
import { clock } from './progress'

/** How long something has gone on, counted here every second. */
export function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span data-testid="elapsed">{clock((now - Date.parse(since)) / 1000)}</span>
}
