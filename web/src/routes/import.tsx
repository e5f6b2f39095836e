import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { get, post } from '@/api/client'
import type { Envelope, Import, Page, Upload } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, PageFrame, Panel, Select, Skeleton } from '@/components/ui'
import { ago } from '@/lib/format'
import { t, translate } from '@/lib/i18n'

const fields: Record<string, string> = {
  ignore: 'Leave out',
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  company: 'Company',
  time_zone: 'Time zone',
  country: 'Country',
  region: 'State or region',
  postal_code: 'Postal code',
  consent_source: 'Consent: where it is kept',
  consented_at: 'Consent: since when',
  consent_text: 'Consent: to which words',
  title: 'Title',
  message: 'Message',
  source: 'Source',
}

/** A table of people becomes leads: choose the file, say what its columns are, watch it come in. */
export default function ImportPage() {
  const queries = useQueryClient()
  const [upload, setUpload] = useState<Upload | null>(null)
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: () => get<Page<Import>>('/imports'),
    select: (answer) => answer.data,
    refetchInterval: (query) =>
      query.state.data?.data.some((one) => one.state === 'running') ? 1000 : false,
  })
  const send = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData()
      form.append('file', file)
      return post<Envelope<Upload>>('/imports', form)
    },
    onSuccess: (answer) => setUpload(answer.data),
  })
  const started = imports.data?.filter((one) => one.state !== 'uploaded')
  return (
    <PageFrame title={t('Import')}>
      <Panel title={t('Choose a CSV file')}>
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          aria-label={t('CSV file')}
          onChange={(event) => event.target.files?.[0] && send.mutate(event.target.files[0])}
          className="file:mr-3 file:pressable file:rounded-md file:border file:border-line file:bg-raised file:px-3 file:font-medium"
        />
        {send.isError && (
          <div className="mt-3">
            <ErrorNote error={send.error} />
          </div>
        )}
      </Panel>
      {upload && (
        <Mapping
          upload={upload}
          onStarted={() => {
            setUpload(null)
            queries.invalidateQueries({ queryKey: ['imports'] })
          }}
        />
      )}
      {imports.isPending && <Skeleton rows={2} />}
      {imports.isError && <ErrorNote error={imports.error} retry={imports.refetch} />}
      {started?.length === 0 && !upload && (
        <Empty title={t('Nothing imported yet')}>
          {t('Rows that cannot be used are listed with the reason.')}
        </Empty>
      )}
      {started?.map((one) => (
        <Progress key={one.id} one={one} />
      ))}
    </PageFrame>
  )
}

function Mapping({ upload, onStarted }: { upload: Upload; onStarted: () => void }) {
  const [mapping, setMapping] = useState<Record<string, string>>(
    Object.fromEntries(upload.columns.map((column) => [column, upload.guess[column] ?? 'ignore'])),
  )
  const start = useMutation({
    mutationFn: () => post(`/imports/${upload.id}/start`, { mapping }),
    onSuccess: onStarted,
    onError: (error) => toast(error.message),
  })
  return (
    <Panel
      title={t('{n} rows. What are the columns?', { n: upload.row_count })}
      actions={
        <Button look="primary" disabled={start.isPending} onClick={() => start.mutate()}>
          {t('Import')}
        </Button>
      }
    >
      <div className="overflow-x-auto">
        <table className="w-full text-left">
          <thead>
            <tr>
              {upload.columns.map((column) => (
                <th key={column} scope="col" className="p-1 align-bottom font-medium">
                  <span className="block pb-1">{column}</span>
                  <Select
                    label={t('What is {column}?', { column })}
                    value={mapping[column]}
                    onChange={(event) => setMapping({ ...mapping, [column]: event.target.value })}
                  >
                    {Object.entries(fields).map(([field, name]) => (
                      <option key={field} value={field}>
                        {t(name)}
                      </option>
                    ))}
                  </Select>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="text-muted">
            {(upload.sample as string[][]).slice(0, 5).map((row) => (
              <tr key={row.join('|')} className="border-line border-t">
                {upload.columns.map((column, place) => (
                  <td key={column} className="max-w-48 truncate p-1">
                    {row[place]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function Progress({ one }: { one: Import }) {
  const percent = one.row_count ? Math.round((100 * one.done_count) / one.row_count) : 0
  const download = async () => {
    const url = URL.createObjectURL(
      await get<Blob>(`/imports/${one.id}/refused.csv`, { responseType: 'blob' }),
    )
    Object.assign(document.createElement('a'), { href: url, download: 'refused.csv' }).click()
    URL.revokeObjectURL(url)
  }
  return (
    <Panel title={one.file_name} actions={<span className="text-muted text-xs">{ago(one.created_at)}</span>}>
      <div
        role="progressbar"
        aria-label={one.file_name}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
      </div>
      <p className="mt-2 flex flex-wrap items-center gap-3">
        <span>
          {t('{done} of {all} rows: {made} new, {joined} joined, {refused} refused', {
            done: one.done_count,
            all: one.row_count,
            made: one.created_count,
            joined: one.joined_count,
            refused: one.refused_count,
          })}
        </span>
        {one.refused_count > 0 && <Button onClick={download}>{t('Download refused rows')}</Button>}
      </p>
      {one.state === 'failed' && (
        <p className="mt-2 text-bad">
          {t('It stopped here. Operations says why, and goes on from this row.')}
        </p>
      )}
      {one.error && <ErrorNote error={new Error(translate(one.error))} />}
    </Panel>
  )
}
