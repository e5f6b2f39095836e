import { useState } from 'react'
import { Button, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { exact, toTheSecond } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useDecisions } from './hooks'
import { tellCap, tellReason } from './words'

/** The last decisions of the dialler with their reasons, folded away until asked for. */
export function Decisions({ campaignId }: { campaignId: string }) {
  const [isOpen, setOpen] = useState(false)
  const decisions = useDecisions(campaignId, isOpen)
  return (
    <Panel
      title={t('Decisions')}
      actions={
        <Button look="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'Hide' : 'Show the last ones')}
        </Button>
      }
    >
      {!isOpen && <p className="text-muted">{t('How many calls were placed when, and why no more.')}</p>}
      {isOpen && decisions.isPending && <Skeleton rows={2} />}
      {isOpen && decisions.isError && <ErrorNote error={decisions.error} retry={decisions.refetch} />}
      {isOpen && decisions.data?.length === 0 && <p className="text-muted">{t('None yet.')}</p>}
      {isOpen && (
        <ol className="divide-y divide-line">
          {decisions.data?.map((one) => (
            <li key={`${one.at}-${one.calls}`} className="flex flex-wrap gap-x-3 py-1">
              <time className="text-muted" dateTime={one.at} title={exact(one.at)}>
                {toTheSecond(one.at)}
              </time>
              <span>
                {t('Calls placed: {n} ({why})', { n: one.calls, why: t(tellReason(one.reason)) })}
                {one.capped_by && `; ${t(tellCap(one.capped_by))}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
