import { useState } from 'react'
import type { Disposition, PauseCode, Script } from '@/api/types'
import { Select, TextArea, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useDispositions, usePauseCodes, useScripts } from './hooks'
import { makeCode, WordPanel } from './word-panel'
import { effects } from './words'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

const stageKinds: Record<string, string> = {
  '': 'Leave the lead where it is',
  open: 'Move the lead to the first open stage',
  won: 'Move the lead to Won',
  lost: 'Move the lead to Lost',
}

/** The reasons to pause. */
export function PauseCodes({ mayEdit }: { mayEdit: boolean }) {
  return (
    <WordPanel<PauseCode>
      title={t('Reasons to pause')}
      says={t('Whoever pauses on a shift chooses one; it is kept for how long.')}
      path="pause-codes"
      comesWithCampaign
      found={usePauseCodes()}
      mayEdit={mayEdit}
      describe={(one) => ({ name: one.label })}
      read={(form, known) => {
        const label = text(form, 'label')
        return { code: known?.code ?? makeCode(label), label }
      }}
      fields={(known) => (
        <TextField
          label={t('Reason')}
          name="label"
          required
          maxLength={100}
          defaultValue={known?.label ?? ''}
        />
      )}
    />
  )
}

/** The ways a conversation can end. */
export function Dispositions({ mayEdit }: { mayEdit: boolean }) {
  return (
    <WordPanel<Disposition>
      title={t('How conversations end')}
      says={t('Chosen after each call of a campaign; it decides whether the person is called again.')}
      path="dispositions"
      comesWithCampaign
      found={useDispositions()}
      mayEdit={mayEdit}
      describe={(one) => ({
        name: one.label,
        says: [t(effects[one.effect] ?? one.effect), one.stage_kind && t(stageKinds[one.stage_kind] ?? '')]
          .filter(Boolean)
          .join(' · '),
      })}
      read={(form, known) => {
        const label = text(form, 'label')
        const effect = text(form, 'effect')
        return {
          code: known?.code ?? makeCode(label),
          label,
          effect,
          again_after_seconds: effect === 'again' ? Math.round(Number(text(form, 'hours')) * 3600) : null,
          stage_kind: text(form, 'stage_kind') || null,
          is_contact: form.has('is_contact'),
        }
      }}
      fields={(known) => <DispositionFields key={known?.id ?? 'new'} known={known} />}
    />
  )
}

function DispositionFields({ known }: { known: Disposition | null }) {
  const [effect, setEffect] = useState<string>(known?.effect ?? 'done')
  return (
    <>
      <TextField
        label={t('What colleagues choose')}
        name="label"
        required
        maxLength={100}
        defaultValue={known?.label ?? ''}
      />
      <Select
        label={t('What it means for the person')}
        name="effect"
        value={effect}
        onChange={(event) => setEffect(event.target.value)}
      >
        {Object.entries(effects).map(([one, word]) => (
          <option key={one} value={one}>
            {t(word)}
          </option>
        ))}
      </Select>
      {effect === 'again' && (
        <TextField
          label={t('After how many hours')}
          name="hours"
          type="number"
          required
          min={0.1}
          max={2160}
          step={0.1}
          defaultValue={(known?.again_after_seconds ?? 14_400) / 3600}
        />
      )}
      <Select label={t('Where the lead goes')} name="stage_kind" defaultValue={known?.stage_kind ?? ''}>
        {Object.entries(stageKinds).map(([one, word]) => (
          <option key={one} value={one}>
            {t(word)}
          </option>
        ))}
      </Select>
      <label className="flex items-center gap-2">
        <input type="checkbox" name="is_contact" defaultChecked={known?.is_contact ?? true} />
        {t('Somebody was spoken with')}
      </label>
    </>
  )
}

/** What colleagues say. */
export function Scripts({ mayEdit }: { mayEdit: boolean }) {
  return (
    <WordPanel<Script>
      title={t('Scripts')}
      says={t('What to say, shown while the call is on. What stands in braces is filled in.')}
      path="scripts"
      found={useScripts()}
      mayEdit={mayEdit}
      describe={(one) => ({ name: one.name, says: one.text })}
      read={(form) => ({ name: text(form, 'name'), text: String(form.get('text') ?? '') })}
      fields={(known) => (
        <>
          <TextField
            label={t('Name')}
            name="name"
            required
            maxLength={100}
            defaultValue={known?.name ?? ''}
          />
          <TextArea
            label={t('What to say')}
            name="text"
            required
            maxLength={20_000}
            rows={8}
            placeholder={t('Hello {contact.name}, this is {agent.name} …')}
            defaultValue={known?.text ?? ''}
          />
          <p className="text-muted text-xs">
            {t('Filled in:')} {'{contact.name} {contact.number} {agent.name} {campaign.name}'}
          </p>
        </>
      )}
    />
  )
}
