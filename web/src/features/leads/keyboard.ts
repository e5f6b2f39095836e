import { useEffect, useRef, useState } from 'react'
import type { Stage } from '@/api/types'
import { t } from '@/lib/i18n'

type Lifted = { leadId: string; target: number }

/** Move a card without a mouse: Space lifts it, the arrows choose a column, Space drops it, Escape puts it back. */
export function useKeyboardMove(stages: Stage[], move: (leadId: string, stage: Stage) => void) {
  const lifted = useRef<Lifted | null>(null)
  const [said, setSaid] = useState('')
  const [target, setTarget] = useState<string | null>(null)

  useEffect(() => {
    const show = (next: Lifted | null, words: string) => {
      lifted.current = next
      setTarget(next ? (stages[next.target]?.id ?? null) : null)
      setSaid(words)
    }
    const over = (next: Lifted) =>
      show(next, t('Over {stage}.', { stage: t(stages[next.target]?.name ?? '') }))

    const onKey = (event: KeyboardEvent) => {
      const card = (event.target as HTMLElement).closest<HTMLElement>('[data-testid="lead-card"]')
      const now = lifted.current
      if (!now) {
        if (event.code !== 'Space' || !card?.dataset.leadId) return
        event.preventDefault()
        const stageId = card.closest<HTMLElement>('[data-testid="column"]')?.dataset.stageId
        const place = Math.max(
          0,
          stages.findIndex((stage) => stage.id === stageId),
        )
        show(
          { leadId: card.dataset.leadId, target: place },
          t('Lifted. Arrows choose a column, Space drops, Escape puts back.'),
        )
        return
      }
      const step = event.code === 'ArrowRight' ? 1 : event.code === 'ArrowLeft' ? -1 : 0
      const stage = stages[now.target]
      if (step) over({ ...now, target: Math.max(0, Math.min(stages.length - 1, now.target + step)) })
      else if (event.code === 'Escape') show(null, t('Put back.'))
      else if (['Space', 'Enter'].includes(event.code) && stage) {
        show(null, t('Dropped in {stage}.', { stage: t(stage.name) }))
        move(now.leadId, stage)
      } else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [stages, move])
  return { said, target }
}
