import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { post, remove } from '@/api/client'
import type { Envelope, Factors, RecoveryCodes, TotpSetUp } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, Copyable, ErrorNote, Panel, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { RecoveryCodeList } from './recovery-codes'

/** The authenticator app: set up, recovery codes, remove. */
export function Authenticator({ factors }: { factors: Factors }) {
  const queries = useQueryClient()
  const { renew } = useSession()
  const [setUp, setSetUp] = useState<TotpSetUp | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) => toast(error.message),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['factors'] })
  const begin = () => act.mutate(async () => setSetUp((await post<Envelope<TotpSetUp>>('/me/totp')).data))
  const renewCodes = () =>
    act.mutate(async () => setCodes((await post<Envelope<RecoveryCodes>>('/me/recovery-codes')).data.codes))
  const finish = () =>
    act.mutate(async () => {
      await renew()
      await refresh()
      setCodes(null)
    })
  const removeApp = () => {
    if (confirm(t('Remove your authenticator app? Your recovery codes stop working, too.')))
      act.mutate(async () => {
        await remove('/me/totp')
        await refresh()
        toast(t('Your authenticator app was removed.'))
      })
  }
  return (
    <Panel
      title={t('Authenticator app')}
      actions={<Badge tone={factors.has_totp ? 'good' : 'plain'}>{t(factors.has_totp ? 'On' : 'Off')}</Badge>}
    >
      {codes && <RecoveryCodeList codes={codes} onKept={finish} />}
      {!codes && setUp && (
        <SetUp
          setUp={setUp}
          onConfirmed={(fresh) => {
            setSetUp(null)
            setCodes(fresh)
          }}
          onCancel={() => setSetUp(null)}
        />
      )}
      {!codes && !setUp && !factors.has_totp && (
        <div className="space-y-3">
          <p className="text-muted">
            {t('Besides your password, signing in then takes a code from an app on your phone.')}
          </p>
          <Button look="primary" disabled={act.isPending} onClick={begin}>
            {t('Set up')}
          </Button>
        </div>
      )}
      {!codes && !setUp && factors.has_totp && (
        <div className="space-y-3">
          <p className={factors.recovery_codes_left < 3 ? 'text-warn' : 'text-muted'}>
            {t('Recovery codes left: {n} of 10.', { n: factors.recovery_codes_left })}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button disabled={act.isPending} onClick={renewCodes}>
              {t('New recovery codes')}
            </Button>
            <Button look="danger" disabled={act.isPending} onClick={removeApp}>
              {t('Remove the app')}
            </Button>
          </div>
        </div>
      )}
    </Panel>
  )
}

function SetUp({
  setUp,
  onConfirmed,
  onCancel,
}: {
  setUp: TotpSetUp
  onConfirmed: (codes: string[]) => void
  onCancel: () => void
}) {
  const [error, setError] = useState<unknown>(null)
  const confirmCode = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    setError(null)
    try {
      const body = Object.fromEntries(new FormData(form))
      onConfirmed((await post<Envelope<RecoveryCodes>>('/me/totp/confirm', body)).data.codes)
    } catch (reason) {
      setError(reason)
      form.reset()
    }
  }
  return (
    <div className="grid gap-4 sm:grid-cols-[auto_1fr]">
      <img
        src={setUp.picture}
        alt={t('QR code for your authenticator app')}
        className="mx-auto size-44 rounded-md border border-line bg-white"
      />
      <div className="min-w-0 space-y-3">
        <p>{t('Scan the picture with your authenticator app, then type the code it shows.')}</p>
        <Copyable what={t('Or type this secret into the app')} text={setUp.secret} />
        <form onSubmit={confirmCode} className="space-y-3">
          <TextField
            label={t('Code of the app')}
            name="code"
            required
            inputMode="numeric"
            minLength={6}
            maxLength={7}
            autoComplete="one-time-code"
          />
          {error !== null && <ErrorNote error={error} />}
          <div className="flex flex-wrap gap-2">
            <Button look="primary" type="submit">
              {t('Confirm')}
            </Button>
            <Button onClick={onCancel}>{t('Cancel')}</Button>
          </div>
        </form>
      </div>
    </div>
  )
}
