import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { get, patch, post } from '@/api/client'
import type {
  Campaign,
  CampaignFill,
  CampaignLive,
  CampaignSettings,
  Decision,
  Envelope,
  Page,
  Preflight,
  Target,
} from '@/api/types'
import { toast } from '@/components/toast'
import { t } from '@/lib/i18n'
import type { LiveMessage } from '@/lib/live'
import { type Move, moveWords } from './words'

const path = (campaignId: string) => `/dial-campaigns/${campaignId}`
const key = (campaignId: string, ...parts: unknown[]) => ['campaign', campaignId, ...parts]
const WATCH_MS = 2_000

export const useCampaigns = (isEnabled = true) =>
  useQuery({
    queryKey: ['campaigns'],
    queryFn: () => get<Envelope<Campaign[]>>('/dial-campaigns'),
    select: (answer) => answer.data,
    enabled: isEnabled,
  })

export const useCampaign = (campaignId: string | null) =>
  useQuery({
    queryKey: key(campaignId ?? ''),
    queryFn: () => get<Envelope<Campaign>>(path(campaignId ?? '')),
    select: (answer) => answer.data,
    enabled: campaignId !== null,
  })

/** A paused campaign's calls go on, and so do those of one that was stopped while they lasted. */
const isMoving = (live: CampaignLive | undefined) =>
  live !== undefined &&
  (['running', 'paused', 'draining'].includes(live.state) || live.ringing + live.waiting + live.talking > 0)

/** The campaign as it runs; looked at again every two seconds while anything moves. */
export const useCampaignLive = (campaignId: string) =>
  useQuery({
    queryKey: key(campaignId, 'live'),
    queryFn: () => get<Envelope<CampaignLive>>(`${path(campaignId)}/live`),
    select: (answer) => answer.data,
    refetchInterval: (query) => (isMoving(query.state.data?.data) ? WATCH_MS : false),
  })

export const useDecisions = (campaignId: string, isEnabled: boolean) =>
  useQuery({
    queryKey: key(campaignId, 'decisions'),
    queryFn: () => get<Page<Decision>>(`${path(campaignId)}/decisions`, { params: { limit: 20 } }),
    select: (answer) => answer.data,
    enabled: isEnabled,
    refetchInterval: WATCH_MS * 2,
  })

/** The list; while calls go out it is looked at again, unless much of it is shown. */
export const useTargets = (campaignId: string, state: string, isRunning: boolean) =>
  useInfiniteQuery({
    queryKey: key(campaignId, 'targets', state),
    queryFn: ({ pageParam }) => {
      const wanted = Object.entries({ state, cursor: pageParam, limit: 50 })
      return get<Page<Target>>(`${path(campaignId)}/targets`, {
        params: Object.fromEntries(wanted.filter(([, value]) => value)),
      })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.meta.next_cursor,
    refetchInterval: (query) =>
      isRunning && (query.state.data?.pages.length ?? 0) < 4 ? WATCH_MS * 2 : false,
  })

export const useFills = (campaignId: string) =>
  useQuery({
    queryKey: key(campaignId, 'fills'),
    queryFn: () => get<Envelope<CampaignFill[]>>(`${path(campaignId)}/fills`),
    select: (answer) => answer.data,
    refetchInterval: (query) =>
      query.state.data?.data.some((one) => one.state === 'running') ? WATCH_MS / 2 : false,
  })

export const usePreflight = (campaignId: string) =>
  useQuery({
    queryKey: key(campaignId, 'preflight'),
    queryFn: () => get<Envelope<Preflight | null>>(`${path(campaignId)}/preflight`),
    select: (answer) => answer.data,
    refetchInterval: (query) => (query.state.data?.data?.state === 'running' ? WATCH_MS / 2 : false),
  })

/** Do something to a campaign, and show everything about it as it is then. */
export function useCampaignAct<T = unknown>() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<T>) => act(),
    onSettled: () => {
      for (const one of ['campaign', 'campaigns']) queries.invalidateQueries({ queryKey: [one] })
    },
  })
}

export const createCampaign = (body: { name: string; mode: string }) =>
  post<Envelope<Campaign>>('/dial-campaigns', body)

export const changeCampaign = (
  campaignId: string,
  change: { name?: string; mode?: string; settings?: CampaignSettings; script_id?: string | null },
) => patch<Envelope<Campaign>>(path(campaignId), change)

/** Start, pause, resume, drain or stop, and say what that means. */
export function useMove(campaignId: string) {
  const act = useCampaignAct()
  return {
    isPending: act.isPending,
    move: (move: Move, then?: () => void) =>
      act.mutate(() => post(`${path(campaignId)}/${move}`), {
        onSuccess: () => {
          toast(t(moveWords[move].says))
          then?.()
        },
        onError: (error) => toast(error.message),
      }),
  }
}

const SETTLE_MS = 500

/** Bring campaigns that events speak of up to date on the screen, now and then. */
export function useCampaignUpdates(): (message: LiveMessage) => void {
  const queries = useQueryClient()
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null)
  return useCallback(
    (message: LiveMessage) => {
      if (message.type !== 'CampaignChanged') return
      waiting.current ??= setTimeout(() => {
        waiting.current = null
        for (const one of ['campaign', 'campaigns']) queries.invalidateQueries({ queryKey: [one] })
      }, SETTLE_MS)
    },
    [queries],
  )
}
