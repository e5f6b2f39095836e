import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { patch } from '@/api/client'
import type { CallingSettings } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, Panel, SelectField, TextArea, TextField } from '@/components/ui'
import { fromMinor, toMinor } from '@/lib/format'
import { t } from '@/lib/i18n'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** What the form says, as the API wants it: an empty field is a rule that the organization does not set. */
function readForm(form: FormData) {
  const [price, currency] = [text(form, 'minute_price'), text(form, 'currency')]
  return {
    minute_cost_minor: price ? toMinor(Number(price), currency) : null,
    currency: price ? currency : null,
    opens_at: text(form, 'opens_at') || null,
    closes_at: text(form, 'closes_at') || null,
    attempts_a_day: Number(text(form, 'attempts_a_day')) || null,
    caller_ids: text(form, 'caller_ids')
      .split(/\s*[\n,;]\s*/)
      .filter(Boolean),
    calls_per_number_a_day: Number(text(form, 'calls_per_number_a_day')) || null,
    calls_per_number_at_once: Number(text(form, 'calls_per_number_at_once')) || null,
    is_recorded: form.has('is_recorded'),
    announcement: text(form, 'announcement') || null,
    ringing: text(form, 'ringing'),
    ring_seconds: Number(text(form, 'ring_seconds')),
    calls_hot_leads: form.has('calls_hot_leads'),
  }
}

/** How the organization calls; the law of the callee's country stays the outer limit. */
export function CallingForm({ settings, mayEdit }: { settings: CallingSettings; mayEdit: boolean }) {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: (body: object) => patch('/calling/settings', body),
    onSuccess: () => {
      toast(t('Saved.'))
      queries.invalidateQueries({ queryKey: ['calling', 'settings'] })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(readForm(new FormData(event.currentTarget)))
  }
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!mayEdit} className="min-w-0 space-y-4">
        <Panel title={t('When and how often')}>
          <p className="mb-3 text-muted">
            {t(
              'In the time of whoever is called. The law of their place counts as well; the narrower hours win.',
            )}
          </p>
          <div className="grid gap-3 sm:grid-cols-3">
            <TextField
              label={t('Not before')}
              name="opens_at"
              type="time"
              defaultValue={settings.opens_at ?? ''}
            />
            <TextField
              label={t('Not after')}
              name="closes_at"
              type="time"
              defaultValue={settings.closes_at ?? ''}
            />
            <TextField
              label={t('Attempts a day to one number')}
              name="attempts_a_day"
              type="number"
              min={1}
              max={50}
              placeholder={t('As the law says')}
              defaultValue={settings.attempts_a_day ?? ''}
            />
          </div>
        </Panel>
        <Panel title={t('Your numbers')}>
          <p className="mb-2 text-muted">
            {t('The numbers people see when you call, one a line. The nearest to whom you call is shown.')}
          </p>
          <TextArea
            label={t('Numbers people see')}
            name="caller_ids"
            placeholder="+91 22 6100 1000"
            defaultValue={settings.caller_ids.join('\n')}
          />
          <div className="mt-3 grid gap-3 sm:grid-cols-3">
            <TextField
              label={t('Times a day each is shown at most')}
              name="calls_per_number_a_day"
              type="number"
              min={1}
              max={100000}
              placeholder={t('No limit')}
              defaultValue={settings.calls_per_number_a_day ?? ''}
            />
            <TextField
              label={t('Calls at once that show the same one')}
              name="calls_per_number_at_once"
              type="number"
              min={1}
              max={5000}
              placeholder={t('No limit')}
              defaultValue={settings.calls_per_number_at_once ?? ''}
            />
          </div>
        </Panel>
        <Panel title={t('Ringing')}>
          <div className="flex flex-wrap items-end gap-3">
            <SelectField label={t('Several colleagues')} name="ringing" defaultValue={settings.ringing}>
              <option value="in-turn">{t('Ring colleagues one after another')}</option>
              <option value="at-once">{t('Ring all at once; the first to answer gets the lead')}</option>
            </SelectField>
            <TextField
              label={t('Seconds each phone rings')}
              name="ring_seconds"
              type="number"
              min={5}
              max={120}
              required
              defaultValue={settings.ring_seconds}
            />
          </div>
          <Tick
            name="calls_hot_leads"
            isOn={settings.calls_hot_leads}
            words={t('Call hot leads by themselves')}
          >
            {t('When a hot lead comes in, your phones ring at once, and then theirs.')}
          </Tick>
        </Panel>
        <Panel title={t('Recording')}>
          <Tick name="is_recorded" isOn={settings.is_recorded} words={t('Record conversations')}>
            {t('In many places both sides have to know. Play an announcement where they do.')}
          </Tick>
          <div className="mt-3">
            <TextField
              label={t('Announcement')}
              name="announcement"
              placeholder="sound:recording-notice"
              pattern="sound:[A-Za-z0-9_\-][A-Za-z0-9_.\-]*(\/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*)*"
              hint={t(
                'The name of a sound at the phone server, after “sound:”. Both hear it when they are connected.',
              )}
              defaultValue={settings.announcement ?? ''}
            />
          </div>
        </Panel>
        <Price minor={settings.minute_cost_minor} currency={settings.currency} />
        {save.isError && <ErrorNote error={save.error} />}
        {mayEdit ? (
          <Button look="primary" type="submit" disabled={save.isPending}>
            {t('Save calling settings')}
          </Button>
        ) : (
          <p className="text-muted">{t('Your role may look at these, not change them.')}</p>
        )}
      </fieldset>
    </form>
  )
}

const currencies = ['INR', 'USD', 'EUR', 'GBP', 'AED']

/** What a minute costs; as many digits after the point as the currency has. */
function Price({ minor, currency }: { minor: number | null; currency: string | null }) {
  const [chosen, choose] = useState(currency ?? currencies[0] ?? '')
  return (
    <Panel title={t('What calls cost')}>
      <p className="mb-3 text-muted">
        {t(
          'Every minute begun from the answer on. A new price counts from the next call; empty, none is kept.',
        )}
      </p>
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label={t('Price of a minute')}
          name="minute_price"
          type="number"
          inputMode="decimal"
          min={0}
          max={fromMinor(1_000_000, chosen)}
          step={fromMinor(1, chosen)}
          placeholder={t('Not kept')}
          defaultValue={minor === null ? '' : fromMinor(minor, currency ?? chosen)}
        />
        <SelectField
          label={t('Currency')}
          name="currency"
          value={chosen}
          onChange={(event) => choose(event.target.value)}
        >
          {[...new Set([...currencies, chosen])].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
      </div>
    </Panel>
  )
}

function Tick({
  name,
  isOn,
  words,
  children,
}: {
  name: string
  isOn: boolean
  words: string
  children: ReactNode
}) {
  return (
    <label className="mt-3 flex items-start gap-2">
      <input type="checkbox" name={name} defaultChecked={isOn} className="mt-1" />
      <span>
        <span className="block font-medium">{words}</span>
        <span className="block text-muted text-xs">{children}</span>
      </span>
    </label>
  )
}
