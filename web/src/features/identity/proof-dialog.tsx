import { type FormEvent, useEffect, useState } from 'react'
import { keepToken, post, whenProofNeeded } from '@/api/client'
import type { Envelope, Factors, Proof } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { Button, ErrorNote, Skeleton, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'
import { canUsePasskeys } from '@/lib/webauthn'
import { useFactors } from './factors'
import { signByPasskey } from './passkey'

type Answer = (isProved: boolean) => void

/** Asks who is there before a dangerous act; whatever was refused for want of it then goes on. */
export function ProofDialog() {
  const [asked, setAsked] = useState<{ answer: Answer } | null>(null)
  useEffect(() => {
    whenProofNeeded(() => new Promise((answer) => setAsked({ answer })))
    return () => whenProofNeeded(async () => false)
  }, [])
  const finish = (isProved: boolean) => {
    asked?.answer(isProved)
    setAsked(null)
  }
  return (
    <Dialog title={t('Is it you?')} isOpen={asked !== null} onClose={() => finish(false)}>
      <Question onProof={() => finish(true)} onCancel={() => finish(false)} />
    </Dialog>
  )
}

function Question({ onProof, onCancel }: { onProof: () => void; onCancel: () => void }) {
  const factors = useFactors()
  return (
    <>
      <p className="text-muted">
        {t('This act matters, so show once more that it is you. You are then not asked for ten minutes.')}
      </p>
      {factors.isPending && <Skeleton rows={1} />}
      {factors.isError && <ErrorNote error={factors.error} retry={factors.refetch} />}
      {factors.data && <ProofForm factors={factors.data} onProof={onProof} />}
      <Button onClick={onCancel} className="w-full">
        {t('Cancel')}
      </Button>
    </>
  )
}

function ProofForm({ factors, onProof }: { factors: Factors; onProof: () => void }) {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const hasField = factors.has_totp || factors.has_password
  const hasPasskey = factors.passkeys.length > 0 && canUsePasskeys()
  const prove = async (give: () => Promise<Envelope<Proof>>) => {
    setBusy(true)
    setError(null)
    try {
      keepToken((await give()).data.access_token)
      onProof()
    } catch (reason) {
      setError(reason)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = Object.fromEntries(new FormData(event.currentTarget))
    event.currentTarget.reset()
    prove(() => post('/session/proof', body))
  }
  return (
    <div className="space-y-3">
      {error !== null && <ErrorNote error={error} />}
      {hasField && (
        <form onSubmit={submit} className="space-y-3">
          {factors.has_totp ? (
            <TextField
              label={t('Code')}
              name="code"
              required
              autoFocus
              minLength={6}
              maxLength={40}
              autoComplete="one-time-code"
              hint={t('The six digits your authenticator app shows, or a recovery code.')}
            />
          ) : (
            <TextField
              label={t('Your password')}
              name="password"
              type="password"
              required
              autoFocus
              autoComplete="current-password"
            />
          )}
          <Button look="primary" type="submit" disabled={isBusy} className="w-full">
            {t('It is me')}
          </Button>
        </form>
      )}
      {hasPasskey && (
        <Button
          look={hasField ? 'quiet' : 'primary'}
          disabled={isBusy}
          className="w-full"
          onClick={() =>
            prove(async () =>
              post('/session/proof/passkey', await signByPasskey('/session/proof/passkey/options')),
            )
          }
        >
          {t('Use a passkey')}
        </Button>
      )}
      {!hasField && !hasPasskey && (
        <p>
          {t('You have neither password nor passkey here. Sign out, sign in again, and repeat this at once.')}
        </p>
      )}
    </div>
  )
}
