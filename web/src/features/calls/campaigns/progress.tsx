import type { Campaign } from '@/api/types'
import { t } from '@/lib/i18n'
import { campaignStates } from './words'

/** A campaign's state as a sign and a word. */
export function CampaignState({ state }: { state: string }) {
  const { word, sign, look } = campaignStates[state] ?? { word: state, sign: '?', look: '' }
  return (
    <span className={`whitespace-nowrap ${look}`}>
      <span aria-hidden="true">{sign}</span> {t(word)}
    </span>
  )
}

const count = (targets: Campaign['targets']) => Object.values(targets).reduce((sum, one) => sum + one, 0)

/** How much of a campaign's list is done with. */
export function ListProgress({ name, targets }: { name: string; targets: Campaign['targets'] }) {
  const all = count(targets)
  const done = targets.done ?? 0
  const percent = all ? Math.round((100 * done) / all) : 0
  if (!all) return <p className="text-muted text-xs">{t('Nobody on the list yet')}</p>
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label={t('How far {name} is', { name })}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-2 min-w-16 flex-1 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
      </div>
      <span className="whitespace-nowrap text-muted text-xs">{t('{done} of {all} done', { done, all })}</span>
    </div>
  )
}
