import { t } from '@/lib/i18n'
import { Player } from './player'
import { clock } from './progress'
import { outcomeOf } from './words'

/** A call in a lead's history: how it ended, and how long they talked. */
export function CallEntry({ body }: { body: Record<string, unknown> }) {
  const { word, sign, look } = outcomeOf(String(body.outcome ?? ''))
  const seconds = Number(body.seconds ?? 0)
  return (
    <span data-testid="call-entry">
      {t('Call')} ·{' '}
      <span className={look}>
        <span aria-hidden="true">{sign}</span> {t(word)}
      </span>
      {seconds > 0 && ` · ${clock(seconds)}`}
      {seconds > 0 && <Player callId={String(body.call_id)} />}
    </span>
  )
}
