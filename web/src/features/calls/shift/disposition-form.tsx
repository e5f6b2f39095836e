import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Call, Disposition } from '@/api/types'
import { Button, ErrorNote, TextArea, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { asLocal, inAnHour, tomorrowAt } from './callback'
import { useDispose } from './hooks'
import { effects } from './words'

/** How the conversation ended, what to remember of it, and when to call back. */
export function DispositionForm({
  call,
  dispositions,
  saved,
}: {
  call: Call
  dispositions: Disposition[]
  saved: () => void
}) {
  const dispose = useDispose(call.id)
  const [code, setCode] = useState(call.disposition ?? '')
  const [callbackAt, setCallbackAt] = useState(() => asLocal(inAnHour(new Date())))
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLInputElement>('input[type=radio]')?.focus(), [])
  const chosen = dispositions.find((one) => one.code === code)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    const isCallback = chosen?.effect === 'callback'
    dispose.mutate(
      {
        code,
        note: String(typed.get('note') ?? '').trim(),
        callback_at: isCallback && callbackAt ? new Date(callbackAt).toISOString() : null,
        callback_mine: typed.has('callback_mine') || !isCallback,
      },
      { onSuccess: saved },
    )
  }
  const onKey = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
    const isTyping =
      event.target instanceof HTMLTextAreaElement || (event.target as HTMLInputElement).type !== 'radio'
    const numbered = dispositions[Number(event.key) - 1]
    if (!isTyping && numbered) setCode(numbered.code)
  }
  return (
    <form ref={form} onSubmit={submit} onKeyDown={onKey} className="space-y-3">
      <fieldset className="grid gap-1">
        <legend className="sr-only">{t('How did it go?')}</legend>
        {dispositions.map((one, place) => (
          <label
            key={one.id}
            className="flex min-h-11 items-center gap-3 rounded-md border border-line px-3 py-1 has-checked:border-accent has-checked:bg-sunken"
          >
            <input
              type="radio"
              name="code"
              required
              value={one.code}
              checked={code === one.code}
              onChange={() => setCode(one.code)}
            />
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{one.label}</span>
              <span className="block text-muted text-xs">{t(effects[one.effect] ?? one.effect)}</span>
            </span>
            {place < 9 && (
              <span
                aria-hidden="true"
                className="hidden rounded border border-line px-1 text-muted sm:inline"
              >
                {place + 1}
              </span>
            )}
          </label>
        ))}
      </fieldset>
      {chosen?.effect === 'callback' && (
        <div className="space-y-2">
          <TextField
            label={t('Call back at')}
            hint={t('In your time.')}
            type="datetime-local"
            required
            min={asLocal(new Date())}
            value={callbackAt}
            onChange={(event) => setCallbackAt(event.target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setCallbackAt(asLocal(inAnHour(new Date())))}>{t('In an hour')}</Button>
            <Button onClick={() => setCallbackAt(asLocal(tomorrowAt(10, new Date())))}>
              {t('Tomorrow at 10')}
            </Button>
          </div>
          <label className="flex items-center gap-2">
            <input type="checkbox" name="callback_mine" defaultChecked />
            {t('I call back myself')}
          </label>
        </div>
      )}
      <TextArea
        label={t('Note')}
        name="note"
        maxLength={5000}
        placeholder={t('What to remember')}
        defaultValue={call.note ?? ''}
      />
      {dispose.isError && <ErrorNote error={dispose.error} />}
      <Button look="primary" type="submit" className="min-h-11 w-full" disabled={dispose.isPending || !code}>
        {t('Save')}
      </Button>
    </form>
  )
}
