import { useDraggable } from '@dnd-kit/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { LeadCard } from '@/api/types'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useChangeLead, usePipeline } from './hooks'
import { Score } from './score'
import { leadName } from './words'

export function CardFace({ lead }: { lead: LeadCard }) {
  const reason = lead.reasons[0]?.label ?? lead.summary
  return (
    <div className="h-full rounded-lg border border-line bg-raised p-3 shadow-card">
      <div className="flex items-baseline justify-between gap-2">
        <span className="truncate font-medium">{leadName(lead)}</span>
        <Score lead={lead} />
      </div>
      <p className="truncate text-muted">{lead.title}</p>
      <div className="mt-1 flex items-baseline justify-between gap-2 pr-8 text-xs touch:mt-3 touch:pr-22">
        <span className="truncate">{reason}</span>
        <time
          className="whitespace-nowrap text-muted"
          dateTime={lead.received_at}
          title={exact(lead.received_at)}
        >
          {ago(lead.received_at)}
        </time>
      </div>
    </div>
  )
}

/** What else can be done with a card, put into its lower right corner. */
export type CardAct = (lead: LeadCard) => ReactNode

/** A card on the board: a link to its lead that can be dragged by mouse, touch and keyboard. */
export function DraggableCard({ lead, act }: { lead: LeadCard; act?: CardAct }) {
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: lead.id, data: { lead } })
  return (
    <div
      ref={setNodeRef}
      {...listeners}
      tabIndex={0}
      role="group"
      aria-roledescription="card"
      aria-label={leadName(lead)}
      aria-describedby={attributes['aria-describedby']}
      data-lifted={isDragging}
      data-testid="lead-card"
      data-lead-id={lead.id}
      className={`relative h-full cursor-grab touch-manipulation rounded-lg ${isDragging ? 'opacity-40' : ''}`}
    >
      <Link
        to="/leads/$leadId"
        params={{ leadId: lead.id }}
        tabIndex={-1}
        draggable={false}
        className="block h-full"
      >
        <CardFace lead={lead} />
      </Link>
      <div className="absolute right-1 bottom-1 flex touch:right-0 touch:bottom-0">
        {act?.(lead)}
        <MoveTo lead={lead} />
      </div>
    </div>
  )
}

/** Under a thumb a card moves by a menu: a drag is slow there, and on a phone one column is in sight at a time. */
function MoveTo({ lead }: { lead: LeadCard }) {
  const pipeline = usePipeline()
  const { mutate } = useChangeLead()
  return (
    <div className="pressable relative hidden min-w-11 touch:block">
      <span aria-hidden="true" className="absolute inset-0 grid place-items-center text-muted">
        ⇄
      </span>
      <select
        aria-label={t('Move {name} to', { name: leadName(lead) })}
        value={lead.stage_id}
        onTouchStart={(event) => event.stopPropagation()}
        onKeyDown={(event) => event.stopPropagation()}
        onChange={(event) => mutate({ lead, change: { stage_id: event.target.value } })}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      >
        {pipeline.data?.map((stage) => (
          <option key={stage.id} value={stage.id}>
            {t(stage.name)}
          </option>
        ))}
      </select>
    </div>
  )
}
