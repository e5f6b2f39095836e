import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { get, put } from '@/api/client'
import type { Envelope, IdealCustomer } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, PageFrame, Panel, Select, Skeleton, TextArea } from '@/components/ui'
import { OrganizationForm } from '@/features/identity/organization'
import { chooseLanguage, currentLanguage, type Language, languages, t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

const weights: Record<string, string> = {
  intent: 'What they want',
  budget: 'A named budget',
  timeline_week: 'Wants it within a week',
  phone: 'A phone number',
  company_address: 'A company address',
  quantity: 'A quantity',
  ideal_fit: 'Fit with the description',
}

/** Whom the organization wants as customers, and how the app looks to this person. */
export default function Settings() {
  const { me } = useSession()
  const ideal = useQuery({
    queryKey: ['ideal-customer'],
    queryFn: () => get<Envelope<IdealCustomer>>('/ideal-customer'),
    select: (answer) => answer.data,
  })
  return (
    <PageFrame title={t('Settings')}>
      {ideal.isPending && <Skeleton rows={3} />}
      {ideal.isError && <ErrorNote error={ideal.error} retry={ideal.refetch} />}
      {ideal.data && <IdealForm key={ideal.data.version} ideal={ideal.data} />}
      {me?.permissions.includes('organization:edit') && (
        <OrganizationForm key={me.organization.name} organization={me.organization} />
      )}
      <Panel title={t('Display')}>
        <div className="flex flex-wrap gap-2">
          <Select
            label={t('Language')}
            value={currentLanguage()}
            onChange={(event) => chooseLanguage(event.target.value as Language)}
          >
            {Object.entries(languages).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
          <Select
            label={t('Theme')}
            defaultValue={localStorage.getItem('theme') ?? ''}
            onChange={(event) => {
              const { value } = event.target
              if (value) localStorage.setItem('theme', value)
              else localStorage.removeItem('theme')
              document.documentElement.dataset.theme = value
            }}
          >
            <option value="">{t('As the device')}</option>
            <option value="light">{t('Light')}</option>
            <option value="dark">{t('Dark')}</option>
          </Select>
        </div>
      </Panel>
    </PageFrame>
  )
}

function IdealForm({ ideal }: { ideal: IdealCustomer }) {
  const queries = useQueryClient()
  const [description, setDescription] = useState(ideal.description)
  const [chosen, setChosen] = useState<Record<string, number>>(ideal.weights as Record<string, number>)
  const save = useMutation({
    mutationFn: () => put('/ideal-customer', { description, weights: chosen }),
    onSuccess: () => {
      toast(t('Saved. Open leads are scored again.'))
      queries.invalidateQueries({ queryKey: ['ideal-customer'] })
    },
    onError: (error) => toast(error.message),
  })
  return (
    <Panel
      title={t('Ideal customer')}
      actions={
        <Button look="primary" disabled={save.isPending} onClick={() => save.mutate()}>
          {t('Save')}
        </Button>
      }
    >
      <p className="mb-2 text-muted">
        {t('Describe in a few sentences whom you want as a customer. Messages that fit score higher.')}
      </p>
      <TextArea
        label={t('Ideal customer')}
        value={description}
        maxLength={5000}
        onChange={(event) => setDescription(event.target.value)}
      />
      <div className="mt-3 grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {Object.entries(weights).map(([name, words]) => (
          <label key={name} className="flex items-center justify-between gap-3">
            <span>{t(words)}</span>
            <span className="flex items-center gap-2">
              <input
                type="range"
                min={0}
                max={3}
                step={0.25}
                value={chosen[name] ?? 1}
                onChange={(event) => setChosen({ ...chosen, [name]: Number(event.target.value) })}
              />
              <span className="w-10 text-right text-muted">×{chosen[name] ?? 1}</span>
            </span>
          </label>
        ))}
      </div>
    </Panel>
  )
}
