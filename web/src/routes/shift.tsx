import type { Agent } from '@/api/types'
import { ErrorNote, PageFrame, Skeleton } from '@/components/ui'
import { CallEntry } from '@/features/calls/call-entry'
import { useCampaign, useCampaigns } from '@/features/calls/campaigns/hooks'
import { useCall } from '@/features/calls/hooks'
import { CallAtHand, NoCall } from '@/features/calls/shift/call-at-hand'
import { useShift } from '@/features/calls/shift/hooks'
import { NextPerson, usePreview } from '@/features/calls/shift/preview'
import { TakeCalls } from '@/features/calls/shift/take-calls'
import { useLead } from '@/features/leads/hooks'
import { Messages } from '@/features/leads/messages'
import { leadName } from '@/features/leads/words'
import { History } from '@/features/leads/work'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** An agent's place while they take a campaign's calls: the call at hand, what to say, and who it is. */
export default function ShiftPage() {
  const { me } = useSession()
  const shift = useShift()
  const isOn = shift.data?.campaign_id != null
  const campaigns = useCampaigns(shift.isSuccess && !isOn)
  const memberId = me?.member.id ?? ''
  return (
    <PageFrame title={t('Your shift')}>
      {shift.isPending && <Skeleton rows={3} />}
      {shift.isError && <ErrorNote error={shift.error} retry={shift.refetch} />}
      {shift.isSuccess && !isOn && <TakeCalls campaigns={campaigns} memberId={memberId} />}
      {shift.data && isOn && <OnShift agent={shift.data} memberId={memberId} />}
    </PageFrame>
  )
}

function OnShift({ agent, memberId }: { agent: Agent; memberId: string }) {
  const campaign = useCampaign(agent.campaign_id)
  const call = useCall(agent.call_id)
  const isPreviewing =
    campaign.data?.mode === 'preview' && campaign.data.state === 'running' && agent.state === 'ready'
  const preview = usePreview(agent.campaign_id ?? '', isPreviewing)
  const leadId = (agent.call_id ? call.data?.lead_id : isPreviewing && preview.data?.target.lead_id) || null
  const lead = useLead(leadId)
  const name = (lead.data && leadName(lead.data)) ?? call.data?.to ?? t('Somebody')
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="min-w-0 space-y-4">
        {agent.call_id && call.data && <CallAtHand call={call.data} name={name} memberId={memberId} />}
        {agent.call_id && call.isPending && <Skeleton rows={2} />}
        {!agent.call_id && isPreviewing && (
          <NextPerson campaignId={agent.campaign_id ?? ''} preview={preview} />
        )}
        {!agent.call_id && !isPreviewing && <NoCall agent={agent} campaign={campaign.data} />}
      </div>
      {leadId && (
        <div className="min-w-0 space-y-4">
          <Messages leadId={leadId} said={undefined} />
          <History leadId={leadId} also={{ call: (entry) => <CallEntry body={entry.body} /> }} />
        </div>
      )}
    </div>
  )
}
