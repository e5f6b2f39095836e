import { useDroppable } from '@dnd-kit/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Stage } from '@/api/types'
import { Empty, ErrorNote, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import type { BoardFilter } from './cache'
import { type CardAct, DraggableCard } from './card'
import { useColumn } from './hooks'

// Under a thumb, whose buttons are larger; the same screens as the variant `touch` of the styles.
const CARD_HEIGHT = matchMedia('(width < 40rem), (pointer: coarse)').matches ? 104 : 92
const COUNT_LIMIT = 10_000

/** One stage with its cards; only those in sight exist in the page, so thousands stay smooth. */
export function Column({
  stage,
  filter,
  isTarget,
  act,
}: {
  stage: Stage
  filter: BoardFilter
  isTarget: boolean
  act?: CardAct
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const cards = useColumn(stage.id, filter)
  const leads = cards.data?.pages.flatMap((page) => page.data) ?? []
  const rows = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    getItemKey: (row) => leads[row]?.id ?? row,
    overscan: 6,
  })
  const { setNodeRef, isOver } = useDroppable({ id: stage.id, data: { stage } })
  const last = rows.getVirtualItems().at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = cards

  useEffect(() => {
    if (last >= leads.length - 20 && hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [last, leads.length, hasNextPage, isFetchingNextPage, fetchNextPage])

  const isNarrowed = Boolean(filter.q || filter.band || filter.intent || filter.owner_id || filter.source)
  return (
    <section
      ref={setNodeRef}
      aria-label={stage.name}
      data-testid="column"
      data-stage-id={stage.id}
      className={`flex h-full min-h-0 w-full flex-col rounded-lg bg-sunken sm:w-72 sm:shrink-0 ${isOver || isTarget ? 'ring-2 ring-accent' : ''}`}
    >
      <h2 className="flex items-baseline justify-between px-3 py-2 font-semibold">
        {t(stage.name)}
        <span className="font-normal text-muted">
          {stage.lead_count >= COUNT_LIMIT
            ? `${COUNT_LIMIT.toLocaleString()}+`
            : stage.lead_count.toLocaleString()}
        </span>
      </h2>
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t('Cards in {stage}', { stage: stage.name })}
        className="min-h-0 flex-1 overflow-y-auto px-2 pb-2"
      >
        {cards.isPending && <Skeleton rows={3} />}
        {cards.isError && <ErrorNote error={cards.error} retry={cards.refetch} />}
        {cards.isSuccess && leads.length === 0 && (
          <Empty title={t(isNarrowed ? 'Nothing matches these filters' : 'No leads here')}>
            {!isNarrowed &&
              stage.position === 0 &&
              t('Mail to the address under Sources shows up here within a second.')}
          </Empty>
        )}
        <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const lead = leads[row.index]
            return (
              lead && (
                <div
                  key={row.key}
                  className="absolute inset-x-0 top-0 pb-2"
                  style={{ height: CARD_HEIGHT, transform: `translateY(${row.start}px)` }}
                >
                  <DraggableCard lead={lead} act={act} />
                </div>
              )
            )
          })}
        </div>
      </div>
    </section>
  )
}
