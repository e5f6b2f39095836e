import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { patch } from '@/api/client'
import type { Me } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** The organization's name, and whether everybody needs a second step to sign in. */
export function OrganizationForm({ organization }: { organization: Me['organization'] }) {
  const { renew } = useSession()
  const isDemanded = organization.requires_second_factor || organization.plan_requires_second_factor
  const save = useMutation({
    mutationFn: async (body: { name: string; requires_second_factor?: boolean }) => {
      await patch('/organization', body)
      await renew()
    },
    onSuccess: () => toast(t('Saved.')),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name'))
    save.mutate(
      organization.plan_requires_second_factor
        ? { name }
        : { name, requires_second_factor: form.has('second') },
    )
  }
  return (
    <Panel title={t('Organization')}>
      <form onSubmit={submit} className="space-y-3">
        <TextField label={t('Name')} name="name" required maxLength={120} defaultValue={organization.name} />
        <label className="flex items-start gap-3">
          <input
            type="checkbox"
            name="second"
            defaultChecked={isDemanded}
            disabled={organization.plan_requires_second_factor}
            className="mt-1"
          />
          <span>
            <span className="block font-medium">{t('Demand a second step from everybody')}</span>
            <span className="block text-muted text-xs">
              {t(
                'Who has neither authenticator app nor passkey is led to set one up before anything else. Sign-ins by other sites count as they are.',
              )}
            </span>
            {organization.plan_requires_second_factor && (
              <span className="block text-xs">
                {t('Your plan demands it; it cannot be switched off here.')}
              </span>
            )}
          </span>
        </label>
        {save.isError && <ErrorNote error={save.error} />}
        <Button look="primary" type="submit" disabled={save.isPending}>
          {t('Save organization')}
        </Button>
      </form>
    </Panel>
  )
}
