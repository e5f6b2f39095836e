import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { ApiProblem, get, post } from '@/api/client'
import type { AgentPhone, Call, CallEvent, CallingSettings, Envelope, Page } from '@/api/types'
import { toast } from '@/components/toast'
import type { LiveMessage } from '@/lib/live'
import { isOwn, isWith } from './progress'
import { explain, showRefusal } from './refusal'
import { noOwnPhone } from './words'

const ownKey = ['calls', 'own']
const callKey = (callId: string) => ['call', callId]

/** Where each member's phone rings. */
export const usePhones = (isEnabled = true) =>
  useQuery({
    queryKey: ['calling', 'phones'],
    queryFn: () => get<Envelope<AgentPhone[]>>('/calling/phones'),
    select: (answer) => answer.data,
    enabled: isEnabled,
    staleTime: 60_000,
  })

export const useCallingSettings = (isEnabled = true) =>
  useQuery({
    queryKey: ['calling', 'settings'],
    queryFn: () => get<Envelope<CallingSettings>>('/calling/settings'),
    select: (answer) => answer.data,
    enabled: isEnabled,
  })

const ownCalls = queryOptions({
  queryKey: ownKey,
  queryFn: () => get<Page<Call>>('/calls', { params: { mine: true, still: 'on', limit: 20 } }),
})

/** The member's own call that is on, found again after a reload. */
export function useOwnCall(memberId: string): Call | undefined {
  const calls = useQuery({
    ...ownCalls,
    select: (answer) => answer.data.find((call) => isOwn(call, memberId)),
    // Should an event be lost on the way, the bar is right again soon.
    refetchInterval: (query) => (query.state.data?.data.length ? 10_000 : false),
  })
  return calls.data
}

/** Whether the member's own call goes to this person. The call bar asks for it; many cards may look on. */
export function useIsOnCallWith(memberId: string | undefined, person: Parameters<typeof isWith>[1]): boolean {
  const found = useQuery({
    ...ownCalls,
    enabled: false,
    select: ({ data }) => data.some((call) => memberId && isOwn(call, memberId) && isWith(call, person)),
  })
  return found.data ?? false
}

const AWAITED_MS = 2_000

/** A call as it is now; while its recording is on its way, it is asked for again. */
export const useCall = (callId: string | null, { isRecordingAwaited = false } = {}) =>
  useQuery({
    queryKey: callKey(callId ?? ''),
    queryFn: () => get<Envelope<Call>>(`/calls/${callId}`),
    select: (answer) => answer.data,
    enabled: callId !== null,
    refetchInterval: (query) =>
      isRecordingAwaited && query.state.data?.data.recording?.state === 'awaited' ? AWAITED_MS : false,
  })

export const useCallEvents = (callId: string) =>
  useQuery({
    queryKey: [...callKey(callId), 'events'],
    queryFn: () => get<Envelope<CallEvent[]>>(`/calls/${callId}/events`),
    select: (answer) => answer.data,
  })

export type CallFilter = { still: string; outcome: string; member_id: string; lead_id: string }

export const useCalls = (
  filter: Partial<CallFilter>,
  { limit = 50, isMine = false, isEnabled = true } = {},
) =>
  useInfiniteQuery({
    enabled: isEnabled,
    queryKey: ['calls', 'list', filter, limit, isMine],
    queryFn: ({ pageParam }) => {
      const wanted = Object.entries({ ...filter, limit, mine: isMine || null, cursor: pageParam })
      return get<Page<Call>>('/calls', { params: Object.fromEntries(wanted.filter(([, value]) => value)) })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.meta.next_cursor,
  })

export type NewCall = { lead_id?: string; to?: string; mode?: 'agent-first' | 'lead-first'; from?: string }

/** Whether nothing could ring because the member has no phone: others are only offered if they have one. */
const isWithoutPhone = (error: Error) => error instanceof ApiProblem && error.document.code === 'no_phone'

/** Ring; a refusal is shown as what to do next. */
export function usePlaceCall() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: NewCall) => post<Envelope<Call>>('/calls', body),
    onSuccess: ({ data }) => {
      queries.setQueryData<Page<Call>>(ownKey, (known) => ({
        meta: { next_cursor: null },
        data: [data, ...(known?.data ?? []).filter((call) => call.id !== data.id)],
      }))
      queries.invalidateQueries({ queryKey: ['calls'] })
    },
    onError: (error) => (isWithoutPhone(error) ? explain(noOwnPhone()) : showRefusal(error)),
  })
}

/** Do something to a call that is on, and show it as it is then. */
export function useCallAct() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onError: (error) => {
      if (isWithoutPhone(error)) explain(noOwnPhone())
      else toast(error.message)
    },
    onSettled: () => {
      queries.invalidateQueries({ queryKey: ['calls'] })
      queries.invalidateQueries({ queryKey: ['call'] })
    },
  })
}

const SETTLE_MS = 1000

/** Bring calls that events speak of up to date on the screen: the member's own at once, lists now and then. */
export function useCallUpdates(memberId: string): (message: LiveMessage) => void {
  const queries = useQueryClient()
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null)
  return useCallback(
    (message: LiveMessage) => {
      const callId = message.data?.call_id
      if (typeof callId !== 'string') return
      const own = queries.getQueryData<Page<Call>>(ownKey)?.data ?? []
      const member = message.data?.member_id
      if (own.some((call) => call.id === callId) || !member || member === memberId)
        queries.invalidateQueries({ queryKey: ownKey })
      queries.invalidateQueries({ queryKey: callKey(callId) })
      waiting.current ??= setTimeout(() => {
        waiting.current = null
        queries.invalidateQueries({ queryKey: ['calls', 'list'] })
      }, SETTLE_MS)
    },
    [queries, memberId],
  )
}
