import { type FormEvent, useState } from 'react'
import type { LeadCard, Member, Stage } from '@/api/types'
import { Button, Panel, Select, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useChangeLead } from './hooks'

/** Who the lead is, where they stand and whose they are. */
export function Facts({ lead, stages, members }: { lead: LeadCard; stages: Stage[]; members: Member[] }) {
  const change = useChangeLead()
  const [isEditing, setEditing] = useState(false)
  const { contact } = lead
  const where = [contact.region, contact.postal_code, contact.country, contact.time_zone]
    .filter(Boolean)
    .join(', ')

  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
    const changed = Object.fromEntries(
      Object.entries(typed).filter(([key, value]) => value !== (contact[key as keyof typeof contact] ?? '')),
    )
    setEditing(false)
    if (Object.keys(changed).length) change.mutate({ lead, change: { contact: changed } })
  }

  return (
    <Panel
      title={t('Contact')}
      actions={<Button onClick={() => setEditing(!isEditing)}>{t(isEditing ? 'Cancel' : 'Edit')}</Button>}
    >
      {isEditing ? (
        <form onSubmit={save} className="space-y-3">
          <TextField label={t('Name')} name="name" defaultValue={contact.name ?? ''} />
          <TextField label={t('E-mail')} name="email" type="email" defaultValue={contact.email ?? ''} />
          <TextField label={t('Phone')} name="phone" type="tel" defaultValue={contact.phone ?? ''} />
          <TextField label={t('Company')} name="company" defaultValue={contact.company ?? ''} />
          <Where contact={contact} />
          <Button look="primary" type="submit">
            {t('Save')}
          </Button>
        </form>
      ) : (
        <ul className="space-y-1">
          {contact.company && <li>{contact.company}</li>}
          {where && <li>{where}</li>}
          {contact.phone && (
            <li>
              <a href={`tel:${contact.phone}`} className="text-accent underline">
                {contact.phone}
              </a>
            </li>
          )}
          {contact.email && (
            <li>
              <a href={`mailto:${contact.email}`} className="break-all text-accent underline">
                {contact.email}
              </a>
            </li>
          )}
          <li className="text-muted">{t('From {source}', { source: lead.source })}</li>
        </ul>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Select
          label={t('Stage')}
          value={lead.stage_id}
          onChange={(event) => change.mutate({ lead, change: { stage_id: event.target.value } })}
        >
          {stages.map((stage) => (
            <option key={stage.id} value={stage.id}>
              {t(stage.name)}
            </option>
          ))}
        </Select>
        <Select
          label={t('Owner')}
          value={lead.owner_id ?? ''}
          onChange={(event) => change.mutate({ lead, change: { owner_id: event.target.value || null } })}
        >
          <option value="">{t('Nobody yet')}</option>
          {members.map((member) => (
            <option key={member.id} value={member.id}>
              {member.name}
            </option>
          ))}
        </Select>
      </div>
    </Panel>
  )
}

const zones = Intl.supportedValuesOf('timeZone')

/** Where the contact lives: it decides when they may be called. */
function Where({ contact }: { contact: LeadCard['contact'] }) {
  return (
    <fieldset className="space-y-3 rounded-md border border-line p-3">
      <legend className="px-1 font-medium">{t('Where')}</legend>
      <p className="text-muted">
        {t('Decides when they may be called; what is left empty is told from the number.')}
      </p>
      <TextField
        label={t('Time zone')}
        name="time_zone"
        list="time-zones"
        placeholder="Europe/Berlin"
        defaultValue={contact.time_zone ?? ''}
      />
      <datalist id="time-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <TextField label={t('Country')} name="country" placeholder="DE" defaultValue={contact.country ?? ''} />
      <TextField label={t('State or region')} name="region" defaultValue={contact.region ?? ''} />
      <TextField label={t('Postal code')} name="postal_code" defaultValue={contact.postal_code ?? ''} />
    </fieldset>
  )
}
