import type { AuditEntry } from '@/api/types'
import { describeDevice } from '@/lib/device'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { type Change, describeAct, findChanges } from './acts'

const kinds: Record<string, string> = {
  api_key: 'An API key',
  member: 'A former member',
  system: 'MetaCortex itself',
  visitor: 'Somebody not signed in',
}

/** A value as it was recorded, but a role by its word. */
const sayValue = (field: string, value: string) => (field === 'role' ? t(value) : value)

/** One critical act: who, what, when, from where, and what it changed. */
export function AuditLine({ entry }: { entry: AuditEntry }) {
  const changes = findChanges(entry.before, entry.after)
  return (
    <li className="py-2">
      <details className="peer">
        <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-3 gap-y-0.5 rounded-md [&::-webkit-details-marker]:hidden">
          <span className="min-w-0 flex-1 basis-60">
            <span className="font-medium">{t(describeAct(entry.action))}</span>{' '}
            <span className="text-muted">
              · {entry.actor_name ?? t(kinds[entry.actor_kind] ?? 'Somebody unknown')}
            </span>
          </span>
          <span className="text-muted text-xs" title={exact(entry.occurred_at)}>
            {ago(entry.occurred_at)}
          </span>
        </summary>
        <div className="mt-2 space-y-2 border-line border-l-2 pl-3">
          {changes.length > 0 && <Changes changes={changes} />}
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-muted text-xs">
            <Fact name={t('When')} value={exact(entry.occurred_at)} />
            <Fact name={t('From')} value={describeOrigin(entry)} />
            <Fact name={t('Act')} value={entry.action} />
            <Fact name={t('About')} value={entry.subject} />
            <Fact name={t('Request')} value={entry.request_id} />
            <Fact name={t('Number')} value={String(entry.sequence)} />
            <Fact name={t('Seal')} value={entry.hash} />
          </dl>
        </div>
      </details>
      {changes.length > 0 && (
        <p className="truncate text-muted text-xs peer-open:hidden">
          {changes
            .map(({ field, after }) => `${field}: ${after === null ? t('removed') : sayValue(field, after)}`)
            .join(' · ')}
        </p>
      )}
    </li>
  )
}

function describeOrigin(entry: AuditEntry): string | null {
  const device = entry.user_agent ? describeDevice(entry.user_agent) : null
  return [entry.address, device].filter(Boolean).join(' · ') || null
}

function Fact({ name, value }: { name: string; value: string | null }) {
  if (!value) return null
  return (
    <>
      <dt>{name}</dt>
      <dd className="min-w-0 break-all">{value}</dd>
    </>
  )
}

function Changes({ changes }: { changes: Change[] }) {
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-muted text-xs">
        <tr>
          <th className="font-normal">{t('What')}</th>
          <th className="font-normal">{t('Before')}</th>
          <th className="font-normal">{t('After')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((one) => (
          <tr key={one.field} className="align-top">
            <td className="break-words pr-3">{one.field}</td>
            <td className="break-words pr-3 text-bad">
              {one.before === null ? '–' : <del>{sayValue(one.field, one.before)}</del>}
            </td>
            <td className="break-words text-good">
              {one.after === null ? '–' : <ins>{sayValue(one.field, one.after)}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
