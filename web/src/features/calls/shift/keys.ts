import { useEffect, useRef } from 'react'

/** Run what belongs to a key, unless the person is typing, a question is open, or another key is held. */
export function useKeys(acts: Record<string, (() => void) | false | null | undefined>) {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = /INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)
      if (
        isTyping ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        document.querySelector('dialog[open]')
      )
        return
      const act = latest.current[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
