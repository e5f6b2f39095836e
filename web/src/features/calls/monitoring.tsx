import { post, remove } from '@/api/client'
import type { Call } from '@/api/types'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useCallAct } from './hooks'
import { findListening, isTalking } from './progress'

const ways = [
  ['listen', 'Listen', 'Listen to {name}'],
  ['whisper', 'Whisper', 'Whisper to {name}'],
  ['barge', 'Join', 'Join the call of {name}'],
] as const

/** How a supervisor takes part in a colleague's call: one press begins, another changes the way, the last leaves. */
export function Monitoring({ call, name, memberId }: { call: Call; name: string; memberId: string }) {
  const act = useCallAct()
  const own = findListening(call, memberId)
  return (
    <>
      {ways.map(([monitoring, word, whole]) => (
        <Button
          key={monitoring}
          aria-pressed={own?.monitoring === monitoring}
          disabled={!isTalking(call) || act.isPending}
          aria-label={t(whole, { name })}
          onClick={() => act.mutate(() => post(`/calls/${call.id}/monitor`, { monitoring }))}
        >
          {t(word)}
        </Button>
      ))}
      {own && (
        <Button
          disabled={act.isPending}
          aria-label={t('Leave the call of {name}', { name })}
          onClick={() => act.mutate(() => remove(`/calls/${call.id}/monitor`))}
        >
          {t('Leave')}
        </Button>
      )}
    </>
  )
}
