import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { LeadCard, Page } from '@/api/types'
import { leadName } from './words'

const AT_ONCE = 100

/** What these leads are called, by their ids. */
export function useLeadNames(leadIds: (string | null)[]): (leadId: string) => string | undefined {
  const ids = [...new Set(leadIds.filter((id) => id !== null))].sort()
  const cards = useQuery({
    queryKey: ['lead-names', ids],
    queryFn: async () => {
      const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, part) =>
        ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
      )
      const pages = await Promise.all(
        parts.map((part) => get<Page<LeadCard>>('/leads', { params: { ids: part, limit: AT_ONCE } })),
      )
      return Object.fromEntries(pages.flatMap((page) => page.data.map((card) => [card.id, leadName(card)])))
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  })
  return (leadId) => cards.data?.[leadId]
}
