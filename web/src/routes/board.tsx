import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DragStartEvent,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import type { LeadCard, Stage } from '@/api/types'
import { ErrorNote, Skeleton } from '@/components/ui'
import { CardCallButton } from '@/features/calls/call-button'
import { type BoardFilter, findCard } from '@/features/leads/cache'
import { CardFace } from '@/features/leads/card'
import { Column } from '@/features/leads/column'
import { Filters } from '@/features/leads/filters'
import { useChangeLead, useMembers, usePipeline, useSourceNames } from '@/features/leads/hooks'
import { useKeyboardMove } from '@/features/leads/keyboard'
import { leadName } from '@/features/leads/words'
import { t } from '@/lib/i18n'

const none: Stage[] = []
const noFilter: BoardFilter = { q: '', band: '', intent: '', owner_id: '', source: '', sort: 'newest' }

const callButton = (lead: LeadCard) => (
  <CardCallButton lead={{ id: lead.id, name: leadName(lead), phone: lead.contact.phone }} />
)

export default function Board() {
  const pipeline = usePipeline()
  const members = useMembers()
  const sources = useSourceNames()
  const [filter, setFilter] = useState(noFilter)
  const [shownStage, setShownStage] = useState<string | null>(null)
  const [lifted, setLifted] = useState<LeadCard | null>(null)
  const { mutate } = useChangeLead()
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
  )
  const queries = useQueryClient()
  const move = useCallback(
    (leadId: string, stage: Stage) => {
      const lead = findCard(queries, leadId)
      if (lead && lead.stage_id !== stage.id) mutate({ lead, change: { stage_id: stage.id } })
    },
    [queries, mutate],
  )
  const keyboard = useKeyboardMove(pipeline.data ?? none, move)
  useCardKeys()

  if (pipeline.isPending)
    return (
      <div className="p-4">
        <Skeleton rows={5} />
      </div>
    )
  if (pipeline.isError)
    return (
      <div className="p-4">
        <ErrorNote error={pipeline.error} retry={pipeline.refetch} />
      </div>
    )

  const stages = pipeline.data
  const onDrop = ({ active, over }: DragEndEvent) => {
    setLifted(null)
    const lead = active.data.current?.lead as LeadCard | undefined
    const stage = over?.data.current?.stage as Stage | undefined
    if (lead && stage && lead.stage_id !== stage.id) mutate({ lead, change: { stage_id: stage.id } })
  }
  const name = (id: string | number) => stages.find((stage) => stage.id === id)?.name ?? t('no column')
  const titled = (lead: unknown) => leadName(lead as LeadCard)

  return (
    <main className="flex h-full flex-col">
      <h1 className="sr-only">{t('Board')}</h1>
      <p aria-live="assertive" className="sr-only">
        {keyboard.said}
      </p>
      <Filters
        filter={filter}
        members={members.data ?? []}
        sources={sources.data ?? []}
        onChange={setFilter}
      />
      <div role="tablist" aria-label={t('Stages')} className="flex gap-1 overflow-x-auto px-3 pb-2 sm:hidden">
        {stages.map((stage) => (
          <button
            key={stage.id}
            type="button"
            role="tab"
            aria-selected={(shownStage ?? stages[0]?.id) === stage.id}
            onClick={() => setShownStage(stage.id)}
            className="pressable shrink-0 touch:min-w-11 whitespace-nowrap rounded-md px-3 py-1 text-muted aria-selected:bg-sunken aria-selected:font-medium aria-selected:text-text"
          >
            {t(stage.name)} {stage.lead_count}
          </button>
        ))}
      </div>
      <DndContext
        sensors={sensors}
        onDragStart={({ active }: DragStartEvent) =>
          setLifted((active.data.current?.lead as LeadCard) ?? null)
        }
        onDragEnd={onDrop}
        onDragCancel={() => setLifted(null)}
        accessibility={{
          announcements: {
            onDragStart: ({ active }) => t('Lifted {name}.', { name: titled(active.data.current?.lead) }),
            onDragOver: ({ over }) =>
              over ? t('Over {stage}.', { stage: name(over.id) }) : t('Over no column.'),
            onDragEnd: ({ over }) =>
              over ? t('Dropped in {stage}.', { stage: name(over.id) }) : t('Dropped.'),
            onDragCancel: () => t('Put back.'),
          },
        }}
      >
        <div className="flex min-h-0 flex-1 gap-3 overflow-x-auto px-3 pb-3">
          {stages.map((stage) => (
            <div
              key={stage.id}
              className={`h-full w-full sm:block sm:w-auto ${(shownStage ?? stages[0]?.id) === stage.id ? '' : 'hidden'}`}
            >
              <Column
                stage={stage}
                filter={filter}
                isTarget={keyboard.target === stage.id}
                act={callButton}
              />
            </div>
          ))}
        </div>
        <DragOverlay dropAnimation={null}>{lifted && <CardFace lead={lifted} />}</DragOverlay>
      </DndContext>
    </main>
  )
}

/** `j` and `k` walk over the cards in sight, Enter opens the one in focus, `c` calls them. */
function useCardKeys() {
  const navigate = useNavigate()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (
        /INPUT|TEXTAREA|SELECT/.test(target.tagName) ||
        event.ctrlKey ||
        event.metaKey ||
        event.defaultPrevented
      )
        return
      const all = document.querySelectorAll<HTMLElement>('[data-testid="lead-card"]')
      const cards = [...all].filter((card) => card.offsetParent !== null)
      const here = cards.indexOf(target)
      if (event.key === 'j') cards[Math.min(here + 1, cards.length - 1)]?.focus()
      if (event.key === 'k') cards[Math.max(here - 1, 0)]?.focus()
      if (event.key === 'c' && !document.querySelector('dialog[open]'))
        cards[here]?.querySelector<HTMLElement>('[data-call]')?.click()
      const leadId = cards[here]?.dataset.leadId
      if (event.key === 'Enter' && leadId && !document.querySelector('[data-lifted="true"]'))
        navigate({ to: '/leads/$leadId', params: { leadId } })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
}
