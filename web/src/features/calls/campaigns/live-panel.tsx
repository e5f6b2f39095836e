import type { ReactNode } from 'react'
import type { CampaignLive } from '@/api/types'
import { Panel } from '@/components/ui'
import { ago, coming, exact, percent } from '@/lib/format'
import { t } from '@/lib/i18n'
import { agentStates } from '../shift/words'
import { outcomeOf } from '../words'
import { refusalWord, targetStates, tellCap, tellReason, windows } from './words'

function Figure({ name, look = '', children }: { name: string; look?: string; children: ReactNode }) {
  return (
    <div className="flex flex-col justify-between">
      <dt className="text-muted text-xs">{name}</dt>
      <dd className={`font-semibold text-2xl ${look}`}>{children}</dd>
    </div>
  )
}

const paces: Record<string, string> = {
  draft: 'Nothing was decided yet: no call was placed.',
  paused: 'Paused: no new calls go out. Colleagues stay signed in.',
  draining: 'Running out: no new calls go out, those that are on go on.',
  stopped: 'Stopped: this campaign calls nobody any more.',
  done: 'Done: everybody on the list was reached or given up.',
}

/** What is on at this moment, and why no more is. */
export function NowPanel({ live }: { live: CampaignLive }) {
  return (
    <Panel title={t('Now')}>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Figure name={t('Colleagues free')}>{live.agents.ready ?? 0}</Figure>
        <Figure name={t('Ringing')}>{live.ringing}</Figure>
        <Figure name={t('Waiting for a colleague')} look={live.waiting ? 'text-warn' : ''}>
          {live.waiting}
        </Figure>
        <Figure name={t('Talking')} look={live.talking ? 'text-good' : ''}>
          {live.talking}
        </Figure>
      </dl>
      <p className="mt-3 border-line border-t pt-3">
        <Pace live={live} />
      </p>
    </Panel>
  )
}

function Pace({ live }: { live: CampaignLive }) {
  const said = live.last_decision
  const still = paces[live.state]
  if (still && live.state !== 'draft') return <span className="text-muted">{t(still)}</span>
  if (!said) return <span className="text-muted">{t(paces.draft ?? '')}</span>
  return (
    <>
      {t('Calls placed: {n} ({why})', { n: said.calls, why: t(tellReason(said.reason)) })}
      {said.capped_by && `; ${t(tellCap(said.capped_by))}`}{' '}
      <time className="whitespace-nowrap text-muted text-xs" dateTime={said.at} title={exact(said.at)}>
        {ago(said.at)}
      </time>
    </>
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

/** How far beyond the limit the bar reaches. */
const SCALE = 1.5

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
        <span className="font-semibold text-2xl">{percent(rate)}</span>
        <span className="text-muted">
          {t('of at most {limit} {window}', { limit: percent(limit), window: t(windows[window] ?? window) })}
        </span>
        <span className={`font-medium ${look}`}>
          <span aria-hidden="true">{isOver ? '✕' : isNear ? '!' : '✓'}</span> {t(word)}
        </span>
      </p>
      <div
        role="meter"
        aria-label={t('Abandoned calls against the limit')}
        aria-valuenow={Math.round(Math.min(rate, limit * SCALE) * 1000) / 10}
        aria-valuemin={0}
        aria-valuemax={Math.round(limit * SCALE * 1000) / 10}
        aria-valuetext={t('{rate} of at most {limit}', { rate: percent(rate), limit: percent(limit) })}
        className="relative mt-2 h-3"
      >
        <div className="h-full overflow-hidden rounded-full bg-sunken">
          <div
            className={`h-full ${isOver ? 'bg-bad' : isNear ? 'bg-warn' : 'bg-good'}`}
            style={{ width: `${Math.min(100, (100 * rate) / limit / SCALE)}%` }}
          />
        </div>
        <div className="-inset-y-0.5 absolute w-0.5 bg-text" style={{ left: `${100 / SCALE}%` }} />
      </div>
      <p aria-hidden="true" className="relative mt-1 h-4 text-muted text-xs">
        <span className="-translate-x-1/2 absolute whitespace-nowrap" style={{ left: `${100 / SCALE}%` }}>
          {t('Limit {limit}', { limit: percent(limit) })}
        </span>
      </p>
      <p className="text-muted text-xs">
        {answered
          ? t('{abandoned} of {answered} who answered', { abandoned, answered })
          : t('Nobody has answered yet.')}
      </p>
    </Panel>
  )
}

type Row = { key: string; name: ReactNode; n: number }

/** Counts beside bars that show which is most. */
function Bars({ caption, rows }: { caption: string; rows: Row[] }) {
  const most = Math.max(1, ...rows.map((row) => row.n))
  return (
    <table className="w-full text-left">
      <caption className="sr-only">{caption}</caption>
      <tbody>
        {rows.map(({ key, name, n }) => (
          <tr key={key}>
            <th scope="row" className="w-1/2 py-0.5 pr-2 font-normal">
              {name}
            </th>
            <td className="pr-2 text-right">{n}</td>
            <td className="w-1/3" aria-hidden="true">
              <div
                className="h-2 rounded-full bg-accent transition-[width] duration-200"
                style={{ width: `${(100 * n) / most}%` }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How the calls of the last 24 hours ended. */
export function Outcomes({ live }: { live: CampaignLive }) {
  const counted = Object.entries(live.outcomes).sort((one, other) => other[1] - one[1])
  const rows = counted.map(([outcome, n]) => {
    const { word, sign, look } = outcomeOf(outcome)
    const name = (
      <span className={look}>
        <span aria-hidden="true">{sign}</span> {t(word)}
      </span>
    )
    return { key: outcome, name, n }
  })
  return (
    <Panel title={t('How calls ended in the last 24 hours')}>
      {counted.length === 0 && <p className="text-muted">{t('No call has ended yet.')}</p>}
      <Bars caption={t('How calls ended in the last 24 hours')} rows={rows} />
    </Panel>
  )
}

/** Where the people on the list stand, and why those who wait are not called. */
export function ListState({ live }: { live: CampaignLive }) {
  const waiting = Object.entries(live.refusals)
  return (
    <Panel title={t('The list')}>
      <Bars
        caption={t('The list')}
        rows={Object.entries(targetStates).map(([state, word]) => ({
          key: state,
          name: t(word),
          n: live.targets[state as keyof typeof live.targets] ?? 0,
        }))}
      />
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
          {t('The next of them may be called at {time}.', { time: coming(live.next_at) })}
        </p>
      )}
    </Panel>
  )
}
