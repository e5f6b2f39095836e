import { expect, it } from 'vitest'
import { cutBySpans } from './spans'

it('cuts overlapping spans and keeps every letter', () => {
  const pieces = cutBySpans('budget 85 lakh 🙂 ok', [
    { start: 7, end: 14, label: 'budget' },
    { start: 0, end: 9, label: 'line' },
    { start: 15, end: 16, label: 'smile' },
  ])
  expect(pieces.map((piece) => piece.text).join('')).toBe('budget 85 lakh 🙂 ok')
  expect(pieces.find((piece) => piece.text === '85')?.labels).toEqual(['budget', 'line'])
  expect(pieces.find((piece) => piece.text === '🙂')?.labels).toEqual(['smile'])
})

it('ignores spans that do not lie in the text', () => {
  expect(cutBySpans('hi', [{ start: 1, end: 9, label: 'x' }])).toEqual([{ text: 'hi', labels: [] }])
})
