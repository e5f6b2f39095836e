import type { LeadCard } from '@/api/types'
import { t } from '@/lib/i18n'
import { bands } from './words'

/** The score as number, shape and word; colour is only the fourth sign. */
export function Score({ lead }: { lead: LeadCard }) {
  if (lead.score_state === 'waiting')
    return (
      <span data-testid="score" className="animate-pulse text-muted text-xs">
        {t('Reading')} …
      </span>
    )
  const band = bands[lead.band ?? 'unsure'] ?? bands.unsure
  return (
    <span
      data-testid="score"
      className={`inline-flex items-center gap-1 whitespace-nowrap font-semibold text-xs ${band?.look}`}
    >
      <span aria-hidden="true">{band?.sign}</span>
      {lead.score !== null && <span>{lead.score}</span>}
      <span className="font-medium">
        {t(lead.score_state === 'failed' ? 'Could not be read' : (band?.word ?? ''))}
      </span>
    </span>
  )
}
