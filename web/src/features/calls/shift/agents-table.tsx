import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Agent } from '@/api/types'
import { Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { Elapsed } from '../elapsed'
import { useCall } from '../hooks'
import { Monitoring } from '../monitoring'
import { useAgents, usePauseCodes } from './hooks'
import { agentStateOf } from './words'

type Named = {
  memberId: string
  memberName: (memberId: string) => string | undefined
  campaignName: (campaignId: string) => string | undefined
}

/** For supervisors: what each colleague does, since when, and their call to listen to or join. */
export function AgentsTable({ campaignId, ...named }: Named & { campaignId: string | null }) {
  const agents = useAgents(campaignId, true)
  const queries = useQueryClient()
  const isAnyNew = agents.data?.some((agent) => !named.memberName(agent.member_id)) ?? false
  // Somebody joined the team since its names were loaded.
  useEffect(() => {
    if (isAnyNew) queries.invalidateQueries({ queryKey: ['members'] })
  }, [isAnyNew, queries])
  return (
    <Panel title={t('Who takes calls')}>
      {agents.isPending && <Skeleton rows={1} />}
      {agents.isError && <ErrorNote error={agents.error} retry={agents.refetch} />}
      {agents.data?.length === 0 && (
        <Empty title={t('Nobody is signed in')}>
          {t('Colleagues who take a campaign’s calls show up here with what they do.')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {agents.data?.map((agent) => (
          <AgentLine key={agent.member_id} agent={agent} {...named} isMixed={campaignId === null} />
        ))}
      </ul>
    </Panel>
  )
}

function AgentLine({
  agent,
  isMixed,
  memberId,
  memberName,
  campaignName,
}: Named & { agent: Agent; isMixed: boolean }) {
  const codes = usePauseCodes()
  const call = useCall(agent.state === 'on_call' ? agent.call_id : null)
  const { word, sign, look } = agentStateOf(agent.state)
  const name = agent.member_id === memberId ? t('you') : (memberName(agent.member_id) ?? t('A former member'))
  const pause =
    agent.pause_code && (codes.data?.find((one) => one.code === agent.pause_code)?.label ?? agent.pause_code)
  return (
    <li data-testid="agent" className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2">
      <div className="min-w-0 flex-1 basis-40 max-sm:basis-full">
        <p className="truncate font-medium">{name}</p>
        <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
          <span className={look}>
            <span aria-hidden="true">{sign}</span> {t(word)}
            {pause && `: ${pause}`}
          </span>
          <Elapsed since={agent.since_at} />
          {isMixed && agent.campaign_id && (
            <span className="truncate text-muted">{campaignName(agent.campaign_id)}</span>
          )}
        </p>
      </div>
      {call.data && agent.member_id !== memberId && (
        <Monitoring call={call.data} name={name} memberId={memberId} />
      )}
    </li>
  )
}
