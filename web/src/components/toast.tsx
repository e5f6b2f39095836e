import { useEffect, useState } from 'react'

let show: (text: string) => void = () => {}

/** Tell the person something that just happened, for a few seconds. */
export const toast = (text: string) => show(text)

export function Toasts() {
  const [text, setText] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    show = (next) => {
      setText(next)
      clearTimeout(timer)
      timer = setTimeout(() => setText(''), 6000)
    }
    return () => clearTimeout(timer)
  }, [])
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex justify-center px-4"
    >
      {text && <p className="rounded-lg bg-text px-4 py-2 text-surface shadow-float">{text}</p>}
    </div>
  )
}
