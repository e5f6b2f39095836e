import { Link, useParams } from '@tanstack/react-router'
import { ErrorNote, PageFrame, Skeleton } from '@/components/ui'
import { Decisions } from '@/features/calls/campaigns/decisions'
import { useCampaign, useCampaignLive } from '@/features/calls/campaigns/hooks'
import {
  Abandonment,
  AgentCounts,
  ListState,
  NowPanel,
  Outcomes,
} from '@/features/calls/campaigns/live-panel'
import { CampaignState, ListProgress } from '@/features/calls/campaigns/progress'
import { Steering } from '@/features/calls/campaigns/steering'
import { Targets } from '@/features/calls/campaigns/targets'
import { modes } from '@/features/calls/campaigns/words'
import { AgentsTable } from '@/features/calls/shift/agents-table'
import { useDispositions } from '@/features/calls/shift/hooks'
import { useMembers } from '@/features/leads/hooks'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** A campaign as it runs. */
export default function CampaignPage() {
  const { campaignId } = useParams({ from: '/inside/campaigns/$campaignId' })
  const { me } = useSession()
  const may = (permission: string) => me?.permissions.includes(permission) ?? false
  const campaign = useCampaign(campaignId)
  const live = useCampaignLive(campaignId)
  const members = useMembers()
  const dispositions = useDispositions()
  const memberName = (memberId: string) => members.data?.find((one) => one.id === memberId)?.name
  if (campaign.isPending || live.isPending)
    return (
      <div className="p-4">
        <Skeleton rows={5} />
      </div>
    )
  if (campaign.isError || live.isError)
    return (
      <PageFrame title={t('This campaign cannot be shown')}>
        <ErrorNote
          error={campaign.error ?? live.error}
          retry={() => {
            campaign.refetch()
            live.refetch()
          }}
        />
        <Link to="/campaigns" className="text-accent underline">
          {t('To the campaigns')}
        </Link>
      </PageFrame>
    )
  const shown = { ...campaign.data, state: live.data.state }
  const mayChange = may('calls:edit') && !['stopped', 'done'].includes(shown.state)
  return (
    <main className="mx-auto max-w-6xl space-y-4 p-4">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <Link
            to="/campaigns"
            className="pressable -my-2 inline-flex items-center text-muted hover:text-text"
          >
            ← {t('Campaigns')}
          </Link>
          <h1 className="break-words font-semibold text-xl">{shown.name}</h1>
          <p className="flex flex-wrap items-baseline gap-x-3 text-muted">
            <span role="status">
              <CampaignState state={shown.state} />
            </span>
            <span>{t(modes[shown.mode]?.word ?? shown.mode)}</span>
            {mayChange && (
              <Link
                to="/campaigns/$campaignId/set-up"
                params={{ campaignId }}
                className="text-accent underline"
              >
                {t('Change')}
              </Link>
            )}
          </p>
        </div>
        {may('calls:edit') && <Steering campaign={shown} />}
      </header>
      <ListProgress name={shown.name} targets={live.data.targets} />
      <div className="grid gap-4 lg:grid-cols-2">
        <NowPanel live={live.data} />
        <Abandonment live={live.data} />
        <Outcomes live={live.data} />
        <ListState live={live.data} />
        {may('calls:monitor') ? (
          <AgentsTable
            campaignId={campaignId}
            memberId={me?.member.id ?? ''}
            memberName={memberName}
            campaignName={() => undefined}
          />
        ) : (
          <AgentCounts live={live.data} />
        )}
        {may('calls:monitor') && <Decisions campaignId={campaignId} />}
      </div>
      <Targets
        campaignId={campaignId}
        isRunning={!['draft', 'stopped', 'done'].includes(shown.state)}
        memberName={memberName}
        dispositions={dispositions.data ?? []}
      />
    </main>
  )
}
