import { useEffect, useState } from 'react'
import { clock } from '../progress'
import { secondsUntil } from './callback'

/** How long there is left, counted here every second. */
export function Countdown({ until }: { until: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span data-testid="countdown">{clock(secondsUntil(until, now))}</span>
}
