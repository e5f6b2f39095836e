import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiProblem, get, post } from '@/api/client'
import type { Envelope, LeadCard, Qualification } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, CopyButton, ErrorNote, Panel, Select, Skeleton } from '@/components/ui'
import { money } from '@/lib/format'
import { t } from '@/lib/i18n'

export const useQualification = (leadId: string) =>
  useQuery({
    queryKey: ['qualification', leadId],
    queryFn: () => get<Envelope<Qualification>>(`/leads/${leadId}/qualification`),
    select: (answer) => answer.data,
  })

const fieldNames: Record<string, string> = {
  name: 'Name',
  company: 'Company',
  role: 'Role',
  email: 'E-mail',
  phone: 'Phone',
  budget_min: 'Budget from',
  budget_max: 'Budget up to',
  currency: 'Currency',
  need: 'Need',
  timeline: 'When',
  timeline_on: 'Date',
  location: 'Place',
  quantity: 'Quantity',
}

function inWords(probability: number | null): string {
  if (probability === null) return t('The message says too little for a score.')
  const tenths = Math.round(probability * 10)
  return t('About {n} of 10 leads like this are worth a call.', { n: tenths })
}

export function Explanation({
  lead,
  intents,
  look,
}: {
  lead: LeadCard
  intents: Record<string, string>
  look: { word: string; sign: string; look: string } | undefined
}) {
  const said = useQualification(lead.id)
  if (lead.score_state === 'waiting')
    return (
      <Panel title={t('Score')}>
        <p className="text-muted">{t('The message is being read.')}</p>
      </Panel>
    )
  if (said.isPending) return <Skeleton rows={2} />
  if (said.isError) {
    const isMissing = said.error instanceof ApiProblem && said.error.status === 404
    return (
      <Panel title={t('Score')}>
        {isMissing ? (
          <p className="text-muted">{t('Nothing was written yet, so there is nothing to read.')}</p>
        ) : (
          <ErrorNote error={said.error} retry={said.refetch} />
        )}
      </Panel>
    )
  }
  const { data } = said
  const currency = String(data.fields.find((field) => field.name === 'currency')?.value ?? '')
  const shown = data.fields.filter(
    (field) => field.name !== 'currency' || !data.fields.some((one) => one.name.startsWith('budget')),
  )
  return (
    <>
      <Panel title={t('Why this score')} actions={<Feedback lead={lead} intents={intents} />}>
        <p className={`font-semibold text-lg ${look?.look ?? ''}`}>
          <span aria-hidden="true">{look?.sign} </span>
          {t(look?.word ?? '')} {data.score !== null && `· ${data.score}`}
        </p>
        <p className="text-muted">
          {inWords(data.probability)} {t(intents[data.intent] ?? data.intent)}.
        </p>
        {data.flags.includes('injection_attempt') && (
          <p role="alert" className="mt-2 text-bad">
            {t('This message tries to give orders to the software. They were ignored.')}
          </p>
        )}
        <ul className="mt-3 space-y-1">
          {data.contributions.map((reason) => (
            <li key={`${reason.label}${reason.start}`} className="flex justify-between gap-3">
              <span>{reason.label}</span>
              <span className={reason.points < 0 ? 'text-bad' : 'text-good'}>
                {reason.points > 0 ? '+' : '−'}
                {Math.abs(Math.round(reason.points))}
              </span>
            </li>
          ))}
        </ul>
        {data.next_step && (
          <p className="mt-3 border-line border-t pt-3">
            <span className="font-semibold">{t('Next step')}: </span>
            {data.next_step}
          </p>
        )}
      </Panel>
      {shown.length > 0 && (
        <Panel title={t('What they told us')}>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {shown.map((field) => (
              <div key={field.name} className="contents">
                <dt className="text-muted">{t(fieldNames[field.name] ?? field.name)}</dt>
                <dd className="min-w-0 break-words" title={field.quote ? `“${field.quote}”` : undefined}>
                  {field.name.startsWith('budget') && currency
                    ? money(Number(field.value), currency)
                    : String(field.value)}
                </dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
      {data.draft_reply && (
        <Panel title={t('Draft reply')} actions={<CopyButton text={data.draft_reply} label={t('Copy')} />}>
          <p className="whitespace-pre-wrap">{data.draft_reply}</p>
        </Panel>
      )}
    </>
  )
}

function Feedback({ lead, intents }: { lead: LeadCard; intents: Record<string, string> }) {
  const queries = useQueryClient()
  const [isWrong, setWrong] = useState(false)
  const send = useMutation({
    mutationFn: (body: { verdict: 'right' | 'wrong'; intent?: string }) =>
      post(`/leads/${lead.id}/feedback`, body),
    onSuccess: () => {
      setWrong(false)
      toast(t('Noted. The scoring learns from it.'))
      queries.invalidateQueries({ queryKey: ['timeline', lead.id] })
    },
    onError: (error) => toast(error.message),
  })
  if (isWrong)
    return (
      <Select
        label={t('What is it really?')}
        defaultValue=""
        onChange={(event) => send.mutate({ verdict: 'wrong', intent: event.target.value })}
      >
        <option value="" disabled>
          {t('What is it really?')}
        </option>
        {Object.entries(intents).map(([intent, words]) => (
          <option key={intent} value={intent}>
            {t(words)}
          </option>
        ))}
      </Select>
    )
  return (
    <span className="flex gap-2">
      <Button disabled={send.isPending} onClick={() => send.mutate({ verdict: 'right' })}>
        {t('Right')}
      </Button>
      <Button disabled={send.isPending} onClick={() => setWrong(true)}>
        {t('Wrong')}
      </Button>
    </span>
  )
}
