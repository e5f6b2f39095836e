import { useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Message, Page, Qualification } from '@/api/types'
import { Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { cutBySpans, type Span } from '@/lib/spans'

function quotesOf(said: Qualification | undefined, message: Message): Span[] {
  if (said?.message_id !== message.id) return []
  return [
    ...said.contributions.map((one) => ({ start: one.start, end: one.end, label: one.label })),
    ...said.fields.map((one) => ({ start: one.start, end: one.end, label: one.name })),
  ].filter((span): span is Span => span.start !== null && span.end !== null)
}

export function Messages({ leadId, said }: { leadId: string; said: Qualification | undefined }) {
  const messages = useQuery({
    queryKey: ['messages', leadId],
    queryFn: () => get<Page<Message>>(`/leads/${leadId}/messages`),
    select: (answer) => answer.data,
  })
  if (messages.isPending) return <Skeleton rows={2} />
  if (messages.isError) return <ErrorNote error={messages.error} retry={messages.refetch} />
  if (messages.data.length === 0)
    return (
      <Empty title={t('No message')}>{t('This lead came without one. What they write shows up here.')}</Empty>
    )
  return messages.data.map((message) => (
    <Panel key={message.id}>
      <header className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold">{message.subject || t('No subject')}</h2>
        <time
          className="text-muted text-xs"
          dateTime={message.received_at}
          title={exact(message.received_at)}
        >
          {ago(message.received_at)}
        </time>
      </header>
      <p className="whitespace-pre-wrap break-words" data-testid="message-text">
        {cutBySpans(message.text, quotesOf(said, message)).map((piece, place) =>
          piece.labels.length ? (
            <mark key={place} title={piece.labels.join(' · ')}>
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
      </p>
      {message.signature && <p className="mt-3 whitespace-pre-wrap text-muted">{message.signature}</p>}
      {message.attachments.length > 0 && (
        <ul className="mt-3 flex flex-wrap gap-2 text-xs">
          {message.attachments.map((file) => (
            <li key={file.name} className="rounded-md bg-sunken px-2 py-1">
              {file.name || file.media_type} · {Math.ceil(file.size / 1024)} kB
            </li>
          ))}
        </ul>
      )}
      {message.quoted && (
        <details className="mt-3 text-muted">
          <summary>{t('Quoted text')}</summary>
          <p className="whitespace-pre-wrap break-words">{message.quoted}</p>
        </details>
      )}
    </Panel>
  ))
}
