import type { KeyboardCoordinateGetter } from '@dnd-kit/core'

/** With the keyboard, a lifted card jumps from the middle of one column to the middle of the next. */
export const jumpBetweenColumns: KeyboardCoordinateGetter = (event, { context }) => {
  const step = event.code === 'ArrowRight' ? 1 : event.code === 'ArrowLeft' ? -1 : 0
  if (!step || !context.collisionRect) return undefined
  event.preventDefault()
  const columns = [...context.droppableRects.entries()]
    .map(([id, rect]) => ({ id, rect }))
    .sort((a, b) => a.rect.left - b.rect.left)
  const here = context.over ? columns.findIndex((column) => column.id === context.over?.id) : 0
  const next = columns[Math.max(0, Math.min(columns.length - 1, here + step))]
  if (!next) return undefined
  return { x: next.rect.left + (next.rect.width - context.collisionRect.width) / 2, y: next.rect.top + 40 }
}
