import { useEffect, useRef } from 'react'
import { post } from '@/api/client'
import type { CampaignFill, Preflight } from '@/api/types'
import { Button, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { coming } from '@/lib/format'
import { t, translate } from '@/lib/i18n'
import { useCampaignAct, useFills, usePreflight } from './hooks'
import { badNumberWord } from './words'

/** How the list was filled, and whom of it could be called now; counted anew whenever it was filled. */
export function PreflightPanel({ campaignId, mayCount }: { campaignId: string; mayCount: boolean }) {
  const fills = useFills(campaignId)
  const preflight = usePreflight(campaignId)
  const act = useCampaignAct()
  const count = () => act.mutate(() => post(`/dial-campaigns/${campaignId}/preflight`))
  const latest = fills.data?.find((one) => one.state === 'done')
  const isFilling = fills.data?.some((one) => one.state === 'running') ?? false
  const isStale =
    mayCount &&
    !isFilling &&
    latest?.finished_at != null &&
    preflight.isSuccess &&
    (!preflight.data || Date.parse(preflight.data.started_at) < Date.parse(latest.finished_at))
  const counted = useRef('')
  useEffect(() => {
    if (!isStale || !latest || counted.current === latest.id) return
    counted.current = latest.id
    count()
  })
  if (fills.isPending || preflight.isPending) return <Skeleton rows={1} />
  const error = fills.error ?? preflight.error ?? act.error
  if (error) return <ErrorNote error={error} retry={fills.refetch} />
  if (!fills.data?.length) return null
  return (
    <Panel
      title={t('Before you start')}
      actions={
        mayCount && (
          <Button disabled={act.isPending || preflight.data?.state === 'running'} onClick={count}>
            {t('Count again')}
          </Button>
        )
      }
    >
      <ul className="space-y-1">
        {fills.data?.map((one) => (
          <Filled key={one.id} fill={one} />
        ))}
      </ul>
      {preflight.data && <Counts counts={preflight.data} />}
    </Panel>
  )
}

function Filled({ fill }: { fill: CampaignFill }) {
  const bad = Object.entries(fill.bad_numbers)
  return (
    <li>
      <p>
        {t('{read} read: {added} put on the list, {duplicates} there already', {
          read: fill.read,
          added: fill.added,
          duplicates: fill.duplicates,
        })}
        {bad.map(([reason, n]) => `, ${n} ${t(badNumberWord(reason))}`)}
        {fill.state === 'running' && ` · ${t('going on')} …`}
      </p>
      {fill.state === 'failed' && (
        <p className="text-bad">
          <span aria-hidden="true">✕</span> {fill.message ? translate(fill.message) : t('It stopped here.')}
        </p>
      )}
    </li>
  )
}

const rows: [keyof Preflight, string][] = [
  ['closed_now', 'Not at this hour where they are'],
  ['do_not_call', 'On the do-not-call list'],
  ['no_consent', 'No consent to call'],
  ['called_too_often', 'Called often enough for now'],
]
const known: [keyof Preflight, string][] = [['places_known', 'It is known where they are']]
const leftOut: [keyof Preflight, string][] = [
  ['bad_numbers', 'Number cannot be dialled'],
  ['duplicates', 'There twice, kept once'],
]

function Rows({ counts, rows }: { counts: Preflight; rows: [keyof Preflight, string][] }) {
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 sm:max-w-md">
      {rows.map(([name, word]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{t(word)}</dt>
          <dd className="text-right">{String(counts[name])}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Everybody on the list in exactly one of these counts. */
function Counts({ counts }: { counts: Preflight }) {
  return (
    <div className="mt-3 border-line border-t pt-3">
      {counts.state === 'running' ? (
        <p role="status" className="text-lg text-muted">
          {t('Checked {n} of {all} …', { n: counts.checked, all: counts.total })}
        </p>
      ) : (
        <p className="font-medium text-lg" data-testid="callable">
          {t('{n} of {all} may be called now', { n: counts.callable_now, all: counts.total })}
        </p>
      )}
      <Rows counts={counts} rows={[...rows.filter(([name]) => counts[name]), ...known]} />
      {counts.opens_at && (
        <p className="text-muted">
          {t('The next of them may be called at {time}.', { time: coming(counts.opens_at) })}
        </p>
      )}
      {leftOut.some(([name]) => counts[name]) && (
        <>
          <p className="mt-3 font-medium">{t('Not put on the list')}</p>
          <Rows counts={counts} rows={leftOut.filter(([name]) => counts[name])} />
        </>
      )}
    </div>
  )
}
