import { type FormEvent, type ReactNode, useState } from 'react'
import { post } from '@/api/client'
import { Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useCampaignAct } from './hooks'

const filled = (form: FormData) =>
  Object.fromEntries([...form.entries()].filter(([, value]) => typeof value === 'string' && value.trim()))

/** Puts leads on the list; `children` are the fields by which they are chosen, none of them chosen is all. */
export function FillFromLeads({ campaignId, children }: { campaignId: string; children: ReactNode }) {
  const act = useCampaignAct()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = filled(new FormData(event.currentTarget))
    act.mutate(() => post(`/dial-campaigns/${campaignId}/fills/leads`, body))
  }
  return (
    <form onSubmit={submit} className="space-y-3">
      <p className="text-muted">{t('Every open lead with a number, or only those that fit:')}</p>
      <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">{children}</div>
      {act.isError && <ErrorNote error={act.error} />}
      <Button look="primary" type="submit" disabled={act.isPending}>
        {t('Put these leads on the list')}
      </Button>
    </form>
  )
}

const MOST = 8_000_000

/** Puts the people of a CSV file on the list. */
export function FillFromTable({ campaignId }: { campaignId: string }) {
  const act = useCampaignAct()
  const [table, setTable] = useState<{ name: string; text: string } | null>(null)
  const [isTooBig, setTooBig] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = { ...filled(new FormData(event.currentTarget)), text: table?.text }
    act.mutate(() => post(`/dial-campaigns/${campaignId}/fills/table`, body))
  }
  const choose = async (file: File | undefined) => {
    setTooBig((file?.size ?? 0) > MOST)
    setTable(file && file.size <= MOST ? { name: file.name, text: await file.text() } : null)
  }
  return (
    <form onSubmit={submit} className="space-y-3">
      <p className="text-muted">
        {t('A CSV file with a header. The columns of number and name are found by what they are called.')}
      </p>
      <input
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        aria-label={t('CSV file')}
        onChange={(event) => choose(event.target.files?.[0])}
        className="max-w-full file:mr-3 file:pressable file:rounded-md file:border file:border-line file:bg-raised file:px-3 file:font-medium"
      />
      {isTooBig && <ErrorNote error={new Error(t('This file is larger than 8 MB. Cut it into parts.'))} />}
      <details>
        <summary className="cursor-pointer text-muted">{t('Name the columns yourself')}</summary>
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          <TextField label={t('Column of the number')} name="number_column" maxLength={300} />
          <TextField label={t('Column of the name')} name="name_column" maxLength={300} />
        </div>
      </details>
      {act.isError && <ErrorNote error={act.error} />}
      <Button look="primary" type="submit" disabled={act.isPending || !table}>
        {t('Put this table on the list')}
      </Button>
    </form>
  )
}

/** Whom to call: leads that fit, or a table. */
export function FillPanel({ campaignId, leadFields }: { campaignId: string; leadFields: ReactNode }) {
  const [source, setSource] = useState<'leads' | 'table'>('leads')
  return (
    <Panel title={t('Whom to call')}>
      <fieldset className="mb-3 flex flex-wrap gap-2">
        <legend className="sr-only">{t('Where they come from')}</legend>
        {(
          [
            ['leads', 'From your leads'],
            ['table', 'From a CSV file'],
          ] as const
        ).map(([one, word]) => (
          <label
            key={one}
            className="pressable inline-flex items-center rounded-md border border-line px-3 py-1 has-checked:border-accent has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="source"
              className="sr-only"
              checked={source === one}
              onChange={() => setSource(one)}
            />
            {t(word)}
          </label>
        ))}
      </fieldset>
      {source === 'leads' ? (
        <FillFromLeads campaignId={campaignId}>{leadFields}</FillFromLeads>
      ) : (
        <FillFromTable campaignId={campaignId} />
      )}
    </Panel>
  )
}
