export type Span = { start: number; end: number; label: string }
export type Piece = { text: string; labels: string[] }

/** Cut a text into pieces so that each piece is covered by a fixed set of spans. Offsets count code points. */
export function cutBySpans(text: string, spans: Span[]): Piece[] {
  const letters = Array.from(text)
  const kept = spans.filter((span) => span.start >= 0 && span.end > span.start && span.end <= letters.length)
  const edges = [...new Set([0, letters.length, ...kept.flatMap((span) => [span.start, span.end])])].sort(
    (a, b) => a - b,
  )
  return edges.slice(0, -1).map((start, place) => ({
    text: letters.slice(start, edges[place + 1]).join(''),
    labels: kept.filter((span) => span.start <= start && span.end > start).map((span) => span.label),
  }))
}
