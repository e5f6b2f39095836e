import { describe, expect, it } from 'vitest'
import type { LeadCard } from '@/api/types'
import { type BoardFilter, type Cards, placeCard } from './cache'

const filter: BoardFilter = { q: '', band: '', intent: '', owner_id: '', source: '', sort: 'newest' }
const card = (id: string, received_at: string, more: Partial<LeadCard> = {}) =>
  ({ id, received_at, stage_id: 's1', score: null, band: null, ...more }) as LeadCard
const cards = (...data: LeadCard[]): Cards => ({
  pages: [{ data, meta: { next_cursor: null } }],
  pageParams: [null],
})
const ids = (shown: Cards) => shown.pages.flatMap((page) => page.data.map((one) => one.id))

describe('a card that changes while the board is open', () => {
  const shown = cards(card('c', '3'), card('a', '1'))
  it('slides in where it belongs', () => {
    expect(ids(placeCard(shown, card('b', '2'), 's1', filter))).toEqual(['c', 'b', 'a'])
  })
  it('leaves a column it no longer belongs to', () => {
    expect(ids(placeCard(shown, card('c', '3', { stage_id: 's2' }), 's1', filter))).toEqual(['a'])
    expect(ids(placeCard(shown, card('c', '3'), 's1', { ...filter, band: 'hot' }))).toEqual(['a'])
  })
  it('moves up when its score rises', () => {
    const byScore = cards(card('x', '1', { score: 80 }), card('y', '1', { score: 20 }))
    const risen = card('y', '1', { score: 95 })
    expect(ids(placeCard(byScore, risen, 's1', { ...filter, sort: 'score' }))).toEqual(['y', 'x'])
  })
  it('is not shown below the last loaded page', () => {
    const partly: Cards = {
      ...shown,
      pages: [{ data: shown.pages[0]?.data ?? [], meta: { next_cursor: 'more' } }],
    }
    expect(ids(placeCard(partly, card('z', '0'), 's1', filter))).toEqual(['c', 'a'])
  })
})
