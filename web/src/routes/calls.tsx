import { useState } from 'react'
import { download } from '@/api/client'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { CallFilters, noFilter } from '@/features/calls/call-filters'
import { CallLine } from '@/features/calls/call-line'
import { useCampaigns } from '@/features/calls/campaigns/hooks'
import { DialPad } from '@/features/calls/dial-pad'
import { useCalls } from '@/features/calls/hooks'
import type { Names } from '@/features/calls/names'
import { OnNow } from '@/features/calls/on-now'
import { AgentsTable } from '@/features/calls/shift/agents-table'
import { useMembers } from '@/features/leads/hooks'
import { useLeadNames } from '@/features/leads/names'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** Every call, newest first; a pad to place one; and for supervisors those that are on. */
export default function Calls() {
  const { me } = useSession()
  const members = useMembers()
  const [filter, setFilter] = useState(noFilter)
  const calls = useCalls(filter)
  const maySupervise = me?.permissions.includes('calls:monitor') ?? false
  const onNow = useCalls({ still: 'on' }, { isEnabled: maySupervise })
  const found = calls.data?.pages.flatMap((page) => page.data)
  const live = onNow.data?.pages.flatMap((page) => page.data) ?? []
  const leadName = useLeadNames([...(found ?? []), ...live].map((call) => call.lead_id))
  const names: Names = {
    lead: leadName,
    member: (memberId) => members.data?.find((one) => one.id === memberId)?.name,
  }
  const memberId = me?.member.id ?? ''
  const campaigns = useCampaigns(maySupervise)
  const isInUse = (campaigns.data?.length ?? 0) > 0
  const campaignName = (campaignId: string) => campaigns.data?.find((one) => one.id === campaignId)?.name
  const isNarrowed = Object.values(filter).some(Boolean)
  return (
    <PageFrame
      title={t('Calls')}
      actions={
        maySupervise && (
          <Button
            onClick={() =>
              download('/calls/export.csv', 'calls.csv').catch((error: Error) => toast(error.message))
            }
          >
            {t('Export calls')}
          </Button>
        )
      }
    >
      {maySupervise && <OnNow calls={onNow} names={names} memberId={memberId} />}
      {maySupervise && isInUse && (
        <AgentsTable
          campaignId={null}
          memberId={memberId}
          memberName={names.member}
          campaignName={campaignName}
        />
      )}
      {me?.permissions.includes('calls:place') && <DialPad />}
      <Panel title={t('All calls')}>
        <CallFilters
          filter={filter}
          members={members.data ?? []}
          leadName={leadName(filter.lead_id)}
          onChange={setFilter}
        />
        <div className="mt-3">
          {calls.isPending && <Skeleton rows={3} />}
          {calls.isError && <ErrorNote error={calls.error} retry={calls.refetch} />}
          {found?.length === 0 && (
            <Empty title={t(isNarrowed ? 'Nothing fits' : 'No calls yet')}>
              {t(
                isNarrowed
                  ? 'Widen the filters to see more.'
                  : 'Press the phone on a card, or call a number above.',
              )}
            </Empty>
          )}
          <ul className="divide-y divide-line">
            {found?.map((call) => (
              <CallLine
                key={call.id}
                call={call}
                names={names}
                memberId={memberId}
                onlyLead={(leadId) => setFilter({ ...noFilter, lead_id: leadId })}
              />
            ))}
          </ul>
          {calls.hasNextPage && (
            <div className="flex justify-center pt-3">
              <Button disabled={calls.isFetchingNextPage} onClick={() => calls.fetchNextPage()}>
                {t('Show earlier calls')}
              </Button>
            </div>
          )}
        </div>
      </Panel>
    </PageFrame>
  )
}
