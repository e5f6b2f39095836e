import type { ReactNode } from 'react'
import type { CampaignLive } from '@/api/types'
import { Panel } from '@/components/ui'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { agentStates } from '../shift/words'
import { outcomeOf } from '../words'
import { refusalWord, targetStates, tellCap, tellReason, windows } from './words'

const percent = (share: number) =>
  new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 }).format(share)

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="font-semibold text-lg">{children}</dd>
    </div>
  )
}

/** What is on at this moment, and why no more is. */
export function NowPanel({ live }: { live: CampaignLive }) {
  const said = live.last_decision
  return (
    <Panel title={t('Now')}>
      <dl className="grid grid-cols-3 gap-3">
        <Figure name={t('Ringing')}>{live.ringing}</Figure>
        <Figure name={t('Waiting for a colleague')}>{live.waiting}</Figure>
        <Figure name={t('Talking')}>{live.talking}</Figure>
      </dl>
      <p className="mt-3">
        {said ? (
          <>
            {t('Calls placed: {n} ({why})', { n: said.calls, why: t(tellReason(said.reason)) })}
            {said.capped_by && `; ${t(tellCap(said.capped_by))}`}{' '}
            <time className="text-muted text-xs" dateTime={said.at} title={exact(said.at)}>
              {ago(said.at)}
            </time>
          </>
        ) : (
          <span className="text-muted">{t('Nothing was decided yet: no call was placed.')}</span>
        )}
      </p>
    </Panel>
  )
}

/** Colleagues by what they are doing. */
export function AgentCounts({ live }: { live: CampaignLive }) {
  const counted = Object.entries(agentStates).filter(
    ([state]) => live.agents[state as keyof typeof live.agents],
  )
  return (
    <Panel title={t('Colleagues')}>
      {counted.length === 0 && (
        <p className="text-muted">
          {t('Nobody takes this campaign’s calls. They sign in under Your shift.')}
        </p>
      )}
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {counted.map(([state, { word, sign, look }]) => (
          <li key={state} className="whitespace-nowrap">
            <span className={look}>
              <span aria-hidden="true">{sign}</span> {t(word)}
            </span>{' '}
            {live.agents[state as keyof typeof live.agents]}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** The share of people who answered and found nobody, against what is allowed. */
export function Abandonment({ live }: { live: CampaignLive }) {
  const { rate, limit, window, live: answered, abandoned } = live.abandonment
  const isOver = rate > limit
  const isNear = !isOver && rate > limit * 0.8
  const look = isOver ? 'text-bad' : isNear ? 'text-warn' : 'text-good'
  const word = isOver ? 'Over the limit' : isNear ? 'Near the limit' : 'Under the limit'
  return (
    <Panel title={t('Answered, but no colleague was there')}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-semibold text-lg">{percent(rate)}</span>
        <span className="text-muted">
          {t('of at most {limit} {window}', { limit: percent(limit), window: t(windows[window] ?? window) })}
        </span>
        <span className={look}>
          <span aria-hidden="true">{isOver ? '✕' : isNear ? '!' : '✓'}</span> {t(word)}
        </span>
      </p>
      <div
        role="meter"
        aria-label={t('Abandoned calls against the limit')}
        aria-valuenow={Math.round(Math.min(rate, limit) * 1000) / 10}
        aria-valuemin={0}
        aria-valuemax={Math.round(limit * 1000) / 10}
        className="mt-2 h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div
          className={`h-full ${isOver ? 'bg-bad' : isNear ? 'bg-warn' : 'bg-good'}`}
          style={{ width: `${Math.min(100, (100 * rate) / limit)}%` }}
        />
      </div>
      <p className="mt-1 text-muted text-xs">
        {t('{abandoned} of {answered} who answered', { abandoned, answered })}
      </p>
    </Panel>
  )
}

/** How the calls of the last 24 hours ended. */
export function Outcomes({ live }: { live: CampaignLive }) {
  const counted = Object.entries(live.outcomes).sort((one, other) => other[1] - one[1])
  const most = Math.max(1, ...counted.map(([, n]) => n))
  return (
    <Panel title={t('How calls ended in the last 24 hours')}>
      {counted.length === 0 && <p className="text-muted">{t('No call has ended yet.')}</p>}
      <table className="w-full text-left">
        <caption className="sr-only">{t('How calls ended in the last 24 hours')}</caption>
        <tbody>
          {counted.map(([outcome, n]) => {
            const { word, sign, look } = outcomeOf(outcome)
            return (
              <tr key={outcome}>
                <th scope="row" className={`w-1/2 py-0.5 pr-2 font-normal ${look}`}>
                  <span aria-hidden="true">{sign}</span> {t(word)}
                </th>
                <td className="pr-2 text-right">{n}</td>
                <td className="w-1/3" aria-hidden="true">
                  <div className="h-2 rounded-full bg-accent" style={{ width: `${(100 * n) / most}%` }} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Panel>
  )
}

/** Where the people on the list stand, and why those who wait are not called. */
export function ListState({ live }: { live: CampaignLive }) {
  const waiting = Object.entries(live.refusals)
  return (
    <Panel title={t('The list')}>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {Object.entries(targetStates).map(([state, word]) => (
          <li key={state} className="whitespace-nowrap">
            <span className="text-muted">{t(word)}</span>{' '}
            {live.targets[state as keyof typeof live.targets] ?? 0}
          </li>
        ))}
      </ul>
      {waiting.length > 0 && (
        <>
          <p className="mt-3 font-medium">{t('Why those who wait are not called yet')}</p>
          <ul>
            {waiting.map(([reason, n]) => (
              <li key={reason}>
                {t(refusalWord(reason) ?? reason)}: {n}
              </li>
            ))}
          </ul>
        </>
      )}
      {live.next_at && Date.parse(live.next_at) > Date.now() && (
        <p className="mt-2 text-muted">
          {t('The next of them may be called at {time}.', { time: exact(live.next_at) })}
        </p>
      )}
    </Panel>
  )
}
