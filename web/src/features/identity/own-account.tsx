import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { post, put } from '@/api/client'
import type { Factors } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { NewPasswordField } from './new-password'

/** Whether the person's address is known to be theirs, and a link that proves it. */
export function OwnEmail({ factors }: { factors: Factors }) {
  const send = useMutation({
    mutationFn: () => post('/me/email/verification-link'),
    onSuccess: () => toast(t('A link is on its way to {email}.', { email: factors.email })),
    onError: (error) => toast(error.message),
  })
  return (
    <Panel
      title={t('E-mail address')}
      actions={
        <Badge tone={factors.email_verified ? 'good' : 'warn'}>
          {t(factors.email_verified ? 'Confirmed' : 'Not confirmed')}
        </Badge>
      }
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span className="min-w-0 break-words">{factors.email}</span>
        {!factors.email_verified && (
          <Button disabled={send.isPending} onClick={() => send.mutate()}>
            {t('Send me a link')}
          </Button>
        )}
      </div>
    </Panel>
  )
}

/** Changing the password; who has none gets one by the mailed link. */
export function OwnPassword({ factors }: { factors: Factors }) {
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: (body: Record<string, FormDataEntryValue>) => put('/me/password', body),
    onSuccess: () => {
      toast(t('Your new password counts. Your other devices were signed out.'))
      queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const ask = useMutation({
    mutationFn: () => post('/password/reset-link', { email: factors.email }),
    onSuccess: () => toast(t('A link is on its way to {email}.', { email: factors.email })),
    onError: (error) => toast(error.message),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    change.mutate(Object.fromEntries(new FormData(form)), { onSuccess: () => form.reset() })
  }
  if (!factors.has_password)
    return (
      <Panel title={t('Password')}>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <span className="text-muted">{t('You have no password.')}</span>
          <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
            {t('Mail me a link to set one')}
          </Button>
        </div>
      </Panel>
    )
  return (
    <Panel title={t('Password')}>
      <form onSubmit={submit} className="space-y-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t('Password now')}
            name="current"
            type="password"
            required
            autoComplete="current-password"
          />
          <NewPasswordField label={t('New password')} name="new" />
        </div>
        {change.isError && <ErrorNote error={change.error} />}
        <Button type="submit" disabled={change.isPending}>
          {t('Change password')}
        </Button>
      </form>
    </Panel>
  )
}
