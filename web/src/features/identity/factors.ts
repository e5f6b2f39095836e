import { useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Envelope, Factors } from '@/api/types'

/** By what the signed-in person can prove who they are. */
export function useFactors() {
  return useQuery({
    queryKey: ['factors'],
    queryFn: () => get<Envelope<Factors>>('/me/factors'),
    select: (answer) => answer.data,
    staleTime: 0,
  })
}
