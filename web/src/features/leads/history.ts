import type { TimelineEntry } from '@/api/types'
import { t } from '@/lib/i18n'

const told: Record<string, (body: Record<string, unknown>) => string> = {
  received: (body) => t('Arrived by {channel}', { channel: String(body.channel ?? '') }),
  joined: (body) => t('Got in touch again by {channel}', { channel: String(body.channel ?? '') }),
  stage_changed: (body) =>
    t('Moved from {from} to {to}', { from: t(String(body.from)), to: t(String(body.to)) }),
  owner_changed: (body) => t(body.owner_id ? 'Got an owner' : 'Lost its owner'),
  edited: () => t('Corrected'),
  note: (body) => String(body.text ?? ''),
  scored: () => t('Read and scored'),
  feedback: (body) => t(body.verdict === 'right' ? 'Said the score is right' : 'Said the score is wrong'),
  call: () => t('Called'),
  call_disposition: (body) => t('Said of the call: {what}', { what: String(body.disposition ?? '') }),
  task_added: (body) => t('Task: {title}', { title: String(body.title ?? '') }),
  task_done: (body) => t('Done: {title}', { title: String(body.title ?? '') }),
}

/** An entry of a lead's history in words. */
export const tell = (entry: TimelineEntry) => told[entry.kind]?.(entry.body) ?? entry.kind
