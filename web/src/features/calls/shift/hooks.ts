import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { ApiProblem, get, post } from '@/api/client'
import type { Agent, Disposition, Envelope, PauseCode, Script } from '@/api/types'
import { toast } from '@/components/toast'
import type { LiveMessage } from '@/lib/live'
import { explain } from '../refusal'
import { noOwnPhone } from '../words'

const ownKey = ['shift', 'own']

/** What the member is doing on calls; null if they never took a campaign's calls. */
export const useShift = (isEnabled = true) =>
  useQuery({
    queryKey: ownKey,
    queryFn: () => get<Envelope<Agent | null>>('/calling/agents/me'),
    select: (answer) => answer.data,
    enabled: isEnabled,
    // Should an event be lost on the way, the bar is right again soon.
    refetchInterval: (query) => (query.state.data?.data?.campaign_id ? 5_000 : false),
  })

/** What all agents are doing, or those of one campaign. */
export const useAgents = (campaignId: string | null, isEnabled: boolean) =>
  useQuery({
    queryKey: ['shift', 'agents', campaignId],
    queryFn: () =>
      get<Envelope<Agent[]>>('/calling/agents', { params: campaignId ? { campaign_id: campaignId } : {} }),
    select: (answer) => answer.data.filter((agent) => agent.campaign_id !== null),
    enabled: isEnabled,
  })

const useWords = <T>(path: string, isEnabled: boolean) =>
  useQuery({
    queryKey: ['calling', path],
    queryFn: () => get<Envelope<T[]>>(`/calling/${path}`),
    select: (answer) => answer.data,
    enabled: isEnabled,
    staleTime: 60_000,
  })

export const usePauseCodes = (isEnabled = true) => useWords<PauseCode>('pause-codes', isEnabled)
export const useDispositions = (isEnabled = true) => useWords<Disposition>('dispositions', isEnabled)
export const useScripts = (isEnabled = true) => useWords<Script>('scripts', isEnabled)

export type ShiftAct = { path: 'sign-in' | 'sign-out' | 'ready' | 'pause'; body?: object }

/** Do something else from now on, and show it at once. */
export function useShiftAct() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ path, body }: ShiftAct) => post<Envelope<Agent>>(`/calling/agents/me/${path}`, body),
    onSuccess: (answer) => queries.setQueryData(ownKey, answer),
    onError: (error) => {
      if (error instanceof ApiProblem && error.document.code === 'no_phone') explain(noOwnPhone())
      else toast(error.message)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['shift'] }),
  })
}

export type Said = { code: string; note: string; callback_at: string | null; callback_mine: boolean }

/** Say how a conversation ended; this ends the wrap-up. */
export function useDispose(callId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (said: Said) => post(`/calls/${callId}/disposition`, said),
    onSuccess: () => {
      for (const key of ['shift', 'timeline', 'campaign', 'do-not-call'])
        queries.invalidateQueries({ queryKey: [key] })
      queries.invalidateQueries({ queryKey: ['call', callId] })
    },
  })
}

/** Bring what agents do up to date on the screen. */
export function useShiftUpdates(): (message: LiveMessage) => void {
  const queries = useQueryClient()
  return useCallback(
    (message: LiveMessage) => {
      if (message.type === 'AgentChanged') queries.invalidateQueries({ queryKey: ['shift'] })
    },
    [queries],
  )
}
