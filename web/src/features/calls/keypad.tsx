import { useState } from 'react'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'

const keys = [...'123456789*0#']

/** Keys towards the other end, for menus that ask for them. */
export function Keypad({ press }: { press: (digit: string) => void }) {
  const [pressed, setPressed] = useState('')
  const send = (digit: string) => {
    setPressed((before) => (before + digit).slice(-16))
    press(digit)
  }
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div role="group" aria-label={t('Keypad')} className="grid grid-cols-6 gap-1 sm:grid-cols-12">
        {keys.map((key) => (
          <Button key={key} className="min-w-9" onClick={() => send(key)}>
            {key}
          </Button>
        ))}
      </div>
      <output aria-label={t('Pressed so far')} className="font-medium tracking-widest">
        {pressed}
      </output>
    </div>
  )
}
