import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { get, post } from '@/api/client'
import type { ConsentText, Envelope } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, Panel, Select, Skeleton, TextArea } from '@/components/ui'
import { ago, exact } from '@/lib/format'
import { languages, t } from '@/lib/i18n'
import { channels, purposes } from './words'

type Draft = { purpose: string; channel: string; language: string; text: string }

const draftOf = ({ purpose, channel, language, text }: ConsentText): Draft => ({
  purpose,
  channel,
  language,
  text,
})

/** What people are asked to agree to; each change is a new version, the earlier ones stay. */
export function ConsentTexts({ mayEdit }: { mayEdit: boolean }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft | null>(null)
  const texts = useQuery({
    queryKey: ['consent-texts'],
    queryFn: () => get<Envelope<ConsentText[]>>('/privacy/consent-texts'),
    select: (answer) => answer.data,
  })
  const publish = useMutation({
    mutationFn: (body: Draft) => post('/privacy/consent-texts', body),
    onSuccess: () => {
      setDraft(null)
      toast(t('Published.'))
      queries.invalidateQueries({ queryKey: ['consent-texts'] })
    },
  })
  return (
    <Panel
      title={t('Consent texts')}
      actions={
        mayEdit &&
        !draft && (
          <Button
            onClick={() => setDraft({ purpose: 'marketing', channel: 'email', language: 'en', text: '' })}
          >
            {t('New text')}
          </Button>
        )
      }
    >
      {draft && (
        <form
          className="mb-4 space-y-3"
          onSubmit={(event) => {
            event.preventDefault()
            publish.mutate(draft)
          }}
        >
          <div className="flex flex-wrap gap-2">
            <Choice
              label={t('Purpose')}
              words={purposes}
              value={draft.purpose}
              onChange={(purpose) => setDraft({ ...draft, purpose })}
            />
            <Choice
              label={t('Channel')}
              words={channels}
              value={draft.channel}
              onChange={(channel) => setDraft({ ...draft, channel })}
            />
            <Choice
              label={t('Language of the text')}
              words={{ [draft.language]: draft.language, ...languages }}
              value={draft.language}
              onChange={(language) => setDraft({ ...draft, language })}
            />
          </div>
          <TextArea
            label={t('What people agree to')}
            required
            maxLength={10_000}
            value={draft.text}
            onChange={(event) => setDraft({ ...draft, text: event.target.value })}
          />
          {publish.isError && <ErrorNote error={publish.error} />}
          <div className="flex flex-wrap gap-2">
            <Button look="primary" type="submit" disabled={publish.isPending}>
              {t('Publish')}
            </Button>
            <Button onClick={() => setDraft(null)}>{t('Cancel')}</Button>
          </div>
        </form>
      )}
      {texts.isPending && <Skeleton rows={2} />}
      {texts.isError && <ErrorNote error={texts.error} retry={texts.refetch} />}
      {texts.data?.length === 0 && !draft && (
        <Empty title={t('No texts yet')}>{t('Write what people agree to before you ask them.')}</Empty>
      )}
      <ul className="divide-y divide-line">
        {texts.data?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-start gap-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">
                {t(purposes[one.purpose] ?? one.purpose)} · {t(channels[one.channel] ?? one.channel)} ·{' '}
                {one.language}
              </span>
              <span className="block whitespace-pre-wrap break-words">{one.text}</span>
              <span className="block text-muted text-xs" title={exact(one.published_at)}>
                {t('Version {n}', { n: one.version })} · {ago(one.published_at)}
              </span>
            </span>
            {mayEdit && <Button onClick={() => setDraft(draftOf(one))}>{t('New version')}</Button>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Choice({
  label,
  words,
  value,
  onChange,
}: {
  label: string
  words: Record<string, string>
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Select label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {Object.entries(words).map(([name, text]) => (
        <option key={name} value={name}>
          {t(text)}
        </option>
      ))}
    </Select>
  )
}
