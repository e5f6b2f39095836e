import { Link } from '@tanstack/react-router'
import type { Campaign } from '@/api/types'
import { Button, Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import type { useCampaigns } from '../campaigns/hooks'
import { CampaignState } from '../campaigns/progress'
import { modes } from '../campaigns/words'
import { usePhones } from '../hooks'
import { useShiftAct } from './hooks'

/** The campaigns whose calls the member may take; one press begins the shift. */
export function TakeCalls({
  campaigns,
  memberId,
}: {
  campaigns: ReturnType<typeof useCampaigns>
  memberId: string
}) {
  const act = useShiftAct()
  const phones = usePhones()
  const hasPhone = phones.data?.some((one) => one.member_id === memberId) ?? true
  const open = campaigns.data?.filter((one: Campaign) => !['stopped', 'done'].includes(one.state))
  return (
    <Panel title={t('Take a campaign’s calls')}>
      <p className="mb-3 text-muted">
        {t('Your phone rings once and stays on the line; whoever answers is put through to you.')}
      </p>
      {!hasPhone && (
        <p className="mb-3 text-warn">
          <span aria-hidden="true">!</span> {t('Your own phone is not set, so there is nothing to ring.')}{' '}
          <Link to="/calling" className="text-accent underline">
            {t('Set your phone')}
          </Link>
        </p>
      )}
      {campaigns.isPending && <Skeleton rows={2} />}
      {campaigns.isError && <ErrorNote error={campaigns.error} retry={campaigns.refetch} />}
      {open?.length === 0 && (
        <Empty title={t('No campaign to work on')}>
          {t('When a manager makes one, it shows up here and you can take its calls.')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {open?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
            <div className="min-w-0 flex-1 basis-48">
              <p className="flex items-baseline gap-2">
                <span className="truncate font-medium">{one.name}</span>
                <CampaignState state={one.state} />
              </p>
              <p className="text-muted text-xs">{t(modes[one.mode]?.word ?? one.mode)}</p>
            </div>
            <Button
              look="primary"
              disabled={!hasPhone || act.isPending}
              aria-label={t('Take calls of {name}', { name: one.name })}
              onClick={() => act.mutate({ path: 'sign-in', body: { campaign_id: one.id } })}
            >
              {t('Take calls')}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
