import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { ApiProblem, get, patch } from '@/api/client'
import type { Envelope, LeadCard, Member, Page, Source, Stage, TimelineEntry } from '@/api/types'
import { toast } from '@/components/toast'
import { t } from '@/lib/i18n'
import type { LiveMessage } from '@/lib/live'
import { type BoardFilter, columnKey, countMove, showCard } from './cache'
import { tell } from './history'
import { leadName } from './words'

export const usePipeline = () =>
  useQuery({
    queryKey: ['pipeline'],
    queryFn: () => get<Envelope<Stage[]>>('/pipeline'),
    select: (answer) => answer.data,
  })

export const useMembers = () =>
  useQuery({
    queryKey: ['members'],
    queryFn: () => get<Envelope<Member[]>>('/members'),
    select: (answer) => answer.data,
  })

/** What leads can be told apart by: the organization's own sources, and programs. */
export const useSourceNames = () =>
  useQuery({
    queryKey: ['sources'],
    queryFn: () => get<Envelope<Source[]>>('/sources'),
    select: (answer) => [...new Set([...answer.data.map((source) => source.name), 'API'])],
  })

export const useColumn = (stageId: string, filter: BoardFilter) =>
  useInfiniteQuery({
    queryKey: columnKey(stageId, filter),
    queryFn: ({ pageParam }) => {
      const wanted = Object.entries({ ...filter, stage_id: stageId, cursor: pageParam, limit: 80 })
      return get<Page<LeadCard>>('/leads', {
        params: Object.fromEntries(wanted.filter(([, value]) => value)),
      })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.meta.next_cursor,
  })

export const useLead = (leadId: string | null) =>
  useQuery({
    enabled: leadId !== null,
    queryKey: ['lead', leadId],
    queryFn: () => get<Envelope<LeadCard>>(`/leads/${leadId}`),
    select: (answer) => answer.data,
  })

export type LeadChange = {
  stage_id?: string
  owner_id?: string | null
  title?: string
  contact?: Partial<LeadCard['contact']>
}

/** Change a lead at once on the screen; where somebody was faster, show what they made of it and say so. */
export function useChangeLead() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ lead, change }: { lead: LeadCard; change: LeadChange }) =>
      patch<Envelope<LeadCard>>(`/leads/${lead.id}`, change, {
        headers: { 'If-Match': `"${lead.version}"` },
      }),
    onMutate: ({ lead, change }) => {
      const { contact, ...rest } = change
      showCard(queries, { ...lead, ...rest, contact: { ...lead.contact, ...contact } } as LeadCard)
      if (change.stage_id) countMove(queries, lead.stage_id, change.stage_id)
    },
    onSuccess: (answer) => {
      showCard(queries, answer.data)
      queries.invalidateQueries({ queryKey: ['timeline', answer.data.id] })
    },
    onError: (error, { lead, change }) => {
      const current = error instanceof ApiProblem ? error.document.current : undefined
      queries.removeQueries({ queryKey: ['lead', lead.id], exact: true, type: 'inactive' })
      showCard(queries, current ?? lead)
      if (change.stage_id) countMove(queries, change.stage_id, (current ?? lead).stage_id)
      if (current) tellConflict(lead)
      else toast(error.message)
    },
  })
}

/** Say what happened to a lead since it was last seen here, and by whom. */
async function tellConflict(lead: LeadCard) {
  const history = await get<Page<TimelineEntry>>(`/leads/${lead.id}/timeline`).catch(() => null)
  const latest = history?.data.find(
    (entry) => entry.actor_name && Date.parse(entry.at) > Date.parse(lead.updated_at),
  )
  toast(
    latest
      ? t('{who} was faster with {name}: {what}. You see it as it is now.', {
          who: latest.actor_name ?? '',
          name: leadName(lead),
          what: tell(latest),
        })
      : t('{name} was changed by somebody else a moment ago. You see it as it is now.', {
          name: leadName(lead),
        }),
  )
}

const SETTLE_MS = 40
const COUNT_MS = 1000
const AT_ONCE = 100

/** Bring leads that events speak of up to date on the screen, many at once, without loading everything anew. */
export function useLeadUpdates(): (message: LiveMessage) => void {
  const queries = useQueryClient()
  const waiting = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const counting = useRef<ReturnType<typeof setTimeout> | null>(null)
  return useCallback(
    (message: LiveMessage) => {
      const settle = async () => {
        const ids = [...waiting.current].slice(0, AT_ONCE)
        for (const id of ids) waiting.current.delete(id)
        const answer = await get<Page<LeadCard>>('/leads', { params: { ids, limit: AT_ONCE } }).catch(
          () => null,
        )
        if (!answer) for (const id of ids) waiting.current.add(id)
        for (const card of answer?.data ?? []) {
          showCard(queries, card)
          for (const part of ['timeline', 'qualification', 'messages', 'tasks'])
            queries.invalidateQueries({ queryKey: [part, card.id] })
        }
        timer.current = waiting.current.size ? setTimeout(settle, answer ? SETTLE_MS : COUNT_MS) : null
      }
      if (message.type === 'reset') queries.invalidateQueries()
      const leadId = message.data?.lead_id
      if (typeof leadId !== 'string') return
      waiting.current.add(leadId)
      timer.current ??= setTimeout(settle, SETTLE_MS)
      counting.current ??= setTimeout(() => {
        counting.current = null
        queries.invalidateQueries({ queryKey: ['pipeline'] })
      }, COUNT_MS)
    },
    [queries],
  )
}
