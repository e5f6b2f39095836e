import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { post, remove } from '@/api/client'
import type { Factors } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, ErrorNote, Panel, TextField } from '@/components/ui'
import { describeDevice } from '@/lib/device'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { canUsePasskeys } from '@/lib/webauthn'
import { makePasskey } from './passkey'

/** Passkeys of the person: list, add, remove. */
export function Passkeys({ factors }: { factors: Factors }) {
  const queries = useQueryClient()
  const { me, renew } = useSession()
  const [error, setError] = useState<unknown>(null)
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['factors'] }),
    onError: setError,
  })
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name'))
    setError(null)
    act.mutate(async () => {
      await post('/me/passkeys', { ...(await makePasskey('/me/passkeys/options')), name })
      toast(t('Passkey added.'))
      if (me?.restricted) await renew()
    })
  }
  return (
    <Panel
      title={t('Passkeys')}
      actions={
        <Badge tone={factors.passkeys.length > 0 ? 'good' : 'plain'}>
          {t(factors.passkeys.length > 0 ? 'On' : 'Off')}
        </Badge>
      }
    >
      <p className="text-muted">
        {t('Sign in by the finger, face or PIN of your device: nothing to type, nothing to give away.')}
      </p>
      {factors.passkeys.length > 0 && (
        <ul className="mt-2 divide-y divide-line">
          {factors.passkeys.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <span className="block break-words font-medium">{one.name}</span>
                <span className="block text-muted text-xs" title={exact(one.created_at)}>
                  {t('Added {when}', { when: ago(one.created_at) })} ·{' '}
                  {one.used_at ? t('used {when}', { when: ago(one.used_at) }) : t('never used')}
                </span>
              </span>
              <Button
                aria-label={t('Remove the passkey {name}', { name: one.name })}
                onClick={() => {
                  if (confirm(t('Remove the passkey {name}?', { name: one.name })))
                    act.mutate(() => remove(`/me/passkeys/${one.id}`))
                }}
              >
                {t('Remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error !== null && (
        <div className="mt-3">
          <ErrorNote error={error} />
        </div>
      )}
      {factors.passkeys_possible && canUsePasskeys() ? (
        <form onSubmit={add} className="mt-3 flex flex-wrap items-end gap-3">
          <div className="min-w-48 flex-1">
            <TextField
              label={t('Name of the device')}
              name="name"
              required
              maxLength={120}
              defaultValue={describeDevice(navigator.userAgent)}
            />
          </div>
          <Button type="submit" disabled={act.isPending}>
            {t('Add a passkey')}
          </Button>
        </form>
      ) : (
        <p className="mt-3 text-muted">
          {t(
            'Passkeys cannot be added here: they need a browser that knows them and an address with a name over https.',
          )}
        </p>
      )}
    </Panel>
  )
}
