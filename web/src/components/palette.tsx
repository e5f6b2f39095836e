import { useEffect, useRef, useState } from 'react'
import { t } from '@/lib/i18n'

type Action = { name: string; run: () => void }

/** Ctrl/⌘-K: every page and action by name. `?` shows the keys. */
export function Palette({ actions }: { actions: Action[] }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  const [isHelp, setHelp] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = /INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)
      const isPalette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k'
      if (!isPalette && !(event.key === '?' && !isTyping)) return
      event.preventDefault()
      setTyped('')
      setHelp(!isPalette)
      dialog.current?.showModal()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const found = actions.filter((action) => action.name.toLowerCase().includes(typed.toLowerCase()))
  const choose = (action: Action | undefined) => {
    dialog.current?.close()
    action?.run()
  }
  return (
    <dialog
      ref={dialog}
      aria-label={isHelp ? t('Keys') : t('Go to')}
      className="m-auto mt-24 w-[min(92vw,28rem)] rounded-lg border border-line bg-raised p-2 text-text shadow-float backdrop:bg-black/40"
    >
      {isHelp ? (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 p-3">
          {[
            ['Ctrl K', t('Go anywhere')],
            ['/', t('Search leads')],
            ['j  k', t('Next and previous card')],
            ['Enter', t('Open the card')],
            ['c', t('Call the lead')],
            ['p', t('Pause on your shift, or be ready again')],
            ['d', t('Say how the call went')],
            ['s', t('Skip whom you would call next')],
            ['Space', t('Lift a card; arrows move it, Space drops it')],
            ['?', t('These keys')],
          ].map(([key, what]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="rounded border border-line px-1">{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <form
          method="dialog"
          onSubmit={(event) => {
            event.preventDefault()
            choose(found[0])
          }}
        >
          <input
            aria-label={t('Go to')}
            placeholder={t('Go to …')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="w-full rounded-md bg-sunken px-3 py-2"
          />
          <ul className="mt-2">
            {found.map((action) => (
              <li key={action.name}>
                <button
                  type="button"
                  onClick={() => choose(action)}
                  className="w-full rounded-md px-3 py-2 text-left hover:bg-sunken"
                >
                  {action.name}
                </button>
              </li>
            ))}
          </ul>
        </form>
      )}
    </dialog>
  )
}
