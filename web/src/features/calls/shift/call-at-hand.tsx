import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { get } from '@/api/client'
import type { Agent, Call, Campaign, Envelope } from '@/api/types'
import { Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { describeProgress } from '../progress'
import { outcomeOf } from '../words'

/** What to say, with the person's name filled in. */
export function Script({ text }: { text: string | null | undefined }) {
  if (text === undefined) return <Skeleton rows={2} />
  if (!text) return null
  return (
    <Panel title={t('Script')}>
      <p className="max-w-prose whitespace-pre-wrap break-words text-base">{text}</p>
    </Panel>
  )
}

const useScript = (callId: string) =>
  useQuery({
    queryKey: ['call', callId, 'script'],
    queryFn: () => get<Envelope<{ text: string | null }>>(`/calls/${callId}/script`),
    select: (answer) => answer.data.text,
    staleTime: 60_000,
  })

/** The call that is being placed, is on, or was just on: whom it goes to, and what to say. */
export function CallAtHand({ call, name, memberId }: { call: Call; name: string; memberId: string }) {
  const script = useScript(call.id)
  const { word, sign, look } = outcomeOf(call.outcome)
  return (
    <>
      <Panel>
        <p className="text-muted">
          {call.state === 'ended' ? (
            <span className={look}>
              <span aria-hidden="true">{sign}</span> {t(word)}
            </span>
          ) : (
            t(describeProgress(call, memberId), { name })
          )}
        </p>
        <h2 className="font-semibold text-xl">
          {call.lead_id ? (
            <Link to="/leads/$leadId" params={{ leadId: call.lead_id }} className="text-accent underline">
              {name}
            </Link>
          ) : (
            name
          )}
        </h2>
        {call.to && name !== call.to && <p className="text-muted">{phone(call.to)}</p>}
      </Panel>
      {script.isError ? (
        <ErrorNote error={script.error} retry={script.refetch} />
      ) : (
        <Script text={script.data} />
      )}
    </>
  )
}

const waits: Record<string, [string, string]> = {
  ready: ['Waiting for the next call', 'It is put through by itself; you hear it on your phone.'],
  reserved: ['A call is being placed for you', 'Whoever answers is put through at once.'],
  paused: ['You are paused', 'No calls come until you are ready again.'],
  wrap_up: ['The call is over', 'Say how it went; then the next one comes.'],
  offline: ['Your phone is ringing', 'Pick it up once; it stays on the line for the whole shift.'],
}

const notStarted: [string, string] = [
  'This campaign does not call now',
  'You stay ready; calls come when a manager starts it.',
]
const over = 'End your shift; then you can take another campaign’s calls.'
const stills: Partial<Record<Campaign['state'], [string, string]>> = {
  draft: notStarted,
  paused: notStarted,
  draining: ['This campaign is ending', 'It calls nobody else; the calls that are on are its last.'],
  stopped: ['This campaign has been stopped', over],
  done: ['Everybody on the list is done', over],
}

/** What an agent without a call sees. */
export function NoCall({ agent, campaign }: { agent: Agent; campaign: Campaign | undefined }): ReactNode {
  const still = agent.state === 'ready' && campaign && stills[campaign.state]
  const [title, says] = still || waits[agent.state] || ['Waiting for the next call', '']
  return <Empty title={t(title)}>{t(says)}</Empty>
}
