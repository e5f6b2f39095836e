import { Link } from '@tanstack/react-router'
import { Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useCampaigns } from './hooks'
import { CampaignState, ListProgress } from './progress'
import { modes } from './words'

/** Every campaign, newest first, with how far it is. */
export function CampaignList({ mayEdit }: { mayEdit: boolean }) {
  const campaigns = useCampaigns()
  if (campaigns.isPending) return <Skeleton rows={3} />
  if (campaigns.isError) return <ErrorNote error={campaigns.error} retry={campaigns.refetch} />
  if (campaigns.data.length === 0)
    return (
      <Empty title={t('No campaigns yet')}>
        {t('A campaign calls a list of people for your team, one after another.')}{' '}
        {mayEdit && (
          <Link to="/campaigns/new" className="text-accent underline">
            {t('Make the first one')}
          </Link>
        )}
      </Empty>
    )
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {campaigns.data.map((one) => (
          <li key={one.id} data-testid="campaign" className="space-y-1 py-3">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <Link
                to={
                  one.state === 'draft' && mayEdit
                    ? '/campaigns/$campaignId/set-up'
                    : '/campaigns/$campaignId'
                }
                params={{ campaignId: one.id }}
                className="min-w-0 truncate font-medium text-accent underline"
              >
                {one.name}
              </Link>
              <CampaignState state={one.state} />
              <span className="text-muted text-xs">{t(modes[one.mode]?.word ?? one.mode)}</span>
            </p>
            <ListProgress name={one.name} targets={one.targets} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
