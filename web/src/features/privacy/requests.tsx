import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { download, get, post } from '@/api/client'
import type { Envelope, Page, PrivacyRequest } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, Empty, ErrorNote, Panel, Select, Skeleton, TextField } from '@/components/ui'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { statuses } from './words'

const WATCH_EVERY_MS = 2_000

/** What people asked of the organization: their data, or to be forgotten. */
export function Requests({ mayEdit }: { mayEdit: boolean }) {
  const requests = useQuery({
    queryKey: ['privacy-requests'],
    queryFn: () => get<Page<PrivacyRequest>>('/privacy/requests'),
    select: (answer) => answer.data,
    refetchInterval: (query) =>
      query.state.data?.data.some((one) => one.status === 'running') ? WATCH_EVERY_MS : false,
  })
  return (
    <Panel title={t('Requests of people')}>
      {mayEdit && <NewRequest />}
      {requests.isPending && <Skeleton rows={2} />}
      {requests.isError && <ErrorNote error={requests.error} retry={requests.refetch} />}
      {requests.data?.length === 0 && (
        <Empty title={t('No requests yet')}>
          {t('When somebody asks for their data or to be forgotten, begin here.')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {requests.data?.map((one) => (
          <RequestLine key={one.id} one={one} mayEdit={mayEdit} />
        ))}
      </ul>
    </Panel>
  )
}

function NewRequest() {
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: (body: object) => post('/privacy/requests', body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['privacy-requests'] }),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const values = Object.fromEntries(new FormData(form))
    const body = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
    const isSure =
      body.kind !== 'erasure' || confirm(t('Erase everything about this person? It cannot be undone.'))
    if (isSure) make.mutate(body, { onSuccess: () => form.reset() })
  }
  return (
    <form onSubmit={submit} className="mb-4 space-y-3">
      <p className="text-muted">{t('Make sure first that the request comes from the person themself.')}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField label={t('E-mail of the person')} name="email" type="email" />
        <TextField label={t('Phone of the person')} name="phone" type="tel" />
      </div>
      {make.isError && <ErrorNote error={make.error} />}
      <div className="flex flex-wrap gap-2">
        <Select label={t('What they ask for')} name="kind" defaultValue="export">
          <option value="export">{t('A copy of their data')}</option>
          <option value="erasure">{t('To be erased')}</option>
        </Select>
        <Button look="primary" type="submit" disabled={make.isPending}>
          {t('Begin')}
        </Button>
      </div>
    </form>
  )
}

const names: Record<PrivacyRequest['kind'], string> = {
  export: 'A copy of their data',
  erasure: 'To be erased',
}
const tones = { running: 'plain', done: 'good', failed: 'bad' } as const

function RequestLine({ one, mayEdit }: { one: PrivacyRequest; mayEdit: boolean }) {
  const [certificate, setCertificate] = useState<Record<string, unknown> | null>(null)
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) => toast(error.message),
  })
  const rows = Object.values(one.parts)
    .flatMap((part) => Object.values(part.counts))
    .reduce((sum, count) => sum + count, 0)
  const show = () =>
    act.mutate(async () =>
      setCertificate(
        (await get<Envelope<Record<string, unknown>>>(`/privacy/requests/${one.id}/certificate`)).data,
      ),
    )
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{t(names[one.kind])}</span>
            <Badge tone={tones[one.status]}>{t(statuses[one.status] ?? one.status)}</Badge>
          </span>
          <span className="block text-muted text-xs">
            <span title={exact(one.received_at)}>{t('Asked {when}', { when: ago(one.received_at) })}</span> ·{' '}
            {one.finished_at
              ? t('{n} rows', { n: rows })
              : t('to be answered by {when}', { when: exact(one.due_at) })}
          </span>
        </span>
        {one.kind === 'export' && one.status === 'done' && mayEdit && (
          <Button
            disabled={act.isPending}
            onClick={() =>
              act.mutate(() => download(`/privacy/requests/${one.id}/download`, `export-${one.id}.zip`))
            }
          >
            {t('Download')}
          </Button>
        )}
        {one.kind === 'erasure' && one.status === 'done' && (
          <Button disabled={act.isPending} onClick={certificate ? () => setCertificate(null) : show}>
            {t(certificate ? 'Hide certificate' : 'Show certificate')}
          </Button>
        )}
      </div>
      {certificate && (
        <pre className="mt-2 overflow-x-auto rounded-md bg-sunken p-3 text-xs">
          {JSON.stringify(certificate, null, 2)}
        </pre>
      )}
    </li>
  )
}
