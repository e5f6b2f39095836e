import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { LeadCard, Page, Stage } from '@/api/types'

export type BoardFilter = {
  q: string
  band: string
  intent: string
  owner_id: string
  source: string
  sort: 'newest' | 'score'
}
export type Cards = InfiniteData<Page<LeadCard>, string | null>
export const columnKey = (stageId: string, filter: BoardFilter) =>
  ['leads', 'column', stageId, filter] as const

/** Is `a` shown above `b`? */
export function comesBefore(a: LeadCard, b: LeadCard, sort: BoardFilter['sort']): boolean {
  if (sort === 'score' && (a.score ?? -1) !== (b.score ?? -1)) return (a.score ?? -1) > (b.score ?? -1)
  if (sort === 'newest' && a.received_at !== b.received_at) return a.received_at > b.received_at
  return a.id > b.id
}

/** Does a card belong into a filtered column? Words are searched by the server, so a new card is shown without them. */
export function matches(card: LeadCard, stageId: string, filter: BoardFilter): boolean {
  return (
    card.stage_id === stageId &&
    (!filter.band || card.band === filter.band) &&
    (!filter.intent || card.intent === filter.intent) &&
    (!filter.owner_id || card.owner_id === filter.owner_id) &&
    (!filter.source || card.source === filter.source)
  )
}

/** Put a card where it belongs in one column's loaded pages, or take it out. */
export function placeCard(cards: Cards, card: LeadCard, stageId: string, filter: BoardFilter): Cards {
  const wasShown = cards.pages.some((page) => page.data.some((one) => one.id === card.id))
  const without = cards.pages.map((page) => ({
    ...page,
    data: page.data.filter((one) => one.id !== card.id),
  }))
  const belongs = matches(card, stageId, filter) && (wasShown || !filter.q)
  if (!belongs) return wasShown ? { ...cards, pages: without } : cards
  let isPlaced = false
  const pages = without.map((page, number) => {
    if (isPlaced) return page
    const place = page.data.findIndex((one) => comesBefore(card, one, filter.sort))
    const isLast = number === without.length - 1
    if (place < 0 && !isLast) return page
    if (place < 0 && page.meta.next_cursor) return page
    isPlaced = true
    const at = place < 0 ? page.data.length : place
    return { ...page, data: [...page.data.slice(0, at), card, ...page.data.slice(at)] }
  })
  return { ...cards, pages }
}

/** Show a card as it is now in every column that is loaded, unless something newer is already shown. */
export function showCard(queries: QueryClient, card: LeadCard): void {
  const before = queries.getQueryData<{ data: LeadCard }>(['lead', card.id])?.data
  if (before && before.version > card.version) return
  for (const [key, cards] of queries.getQueriesData<Cards>({ queryKey: ['leads', 'column'] })) {
    if (!cards) continue
    const [, , stageId, filter] = key as unknown as ReturnType<typeof columnKey>
    queries.setQueryData<Cards>(key, placeCard(cards, card, stageId, filter))
  }
  queries.setQueryData(['lead', card.id], { data: card })
}

/** Keep the number above a column right when a card moves. */
export function countMove(queries: QueryClient, from: string | null, to: string): void {
  if (from === to) return
  queries.setQueryData<{ data: Stage[] }>(
    ['pipeline'],
    (known) =>
      known && {
        data: known.data.map((stage) => ({
          ...stage,
          lead_count: stage.lead_count + (stage.id === to ? 1 : 0) - (stage.id === from ? 1 : 0),
        })),
      },
  )
}

/** Find a card in whatever column shows it. */
export function findCard(queries: QueryClient, leadId: string): LeadCard | undefined {
  for (const [, cards] of queries.getQueriesData<Cards>({ queryKey: ['leads', 'column'] }))
    for (const page of cards?.pages ?? []) {
      const found = page.data.find((card) => card.id === leadId)
      if (found) return found
    }
  return undefined
}
