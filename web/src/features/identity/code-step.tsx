import { type FormEvent, useState } from 'react'
import { ApiProblem, post } from '@/api/client'
import type { Envelope, SignedIn } from '@/api/types'
import { Button, ErrorNote, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'

/** The token of a sign-in that waits for its second step, where a refusal says so. */
export const tokenOfSecondStep = (reason: unknown): string | null =>
  reason instanceof ApiProblem && reason.document.code === 'second_factor_required'
    ? (reason.document.token ?? null)
    : null

/** The second step of a sign-in: a code of the authenticator app, or a recovery code. */
export function CodeStep({
  token,
  onSignedIn,
  onBack,
}: {
  token: string
  onSignedIn: (signedIn: SignedIn) => Promise<void>
  onBack: () => void
}) {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const isOver = error instanceof ApiProblem && error.document.code === 'challenge_over'
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const { code } = Object.fromEntries(new FormData(form))
    setBusy(true)
    setError(null)
    try {
      await onSignedIn((await post<Envelope<SignedIn>>('/sign-in/second-factor', { token, code })).data)
    } catch (reason) {
      setError(reason)
      form.reset()
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={submit} className="space-y-4">
      <TextField
        label={t('Code')}
        name="code"
        required
        autoFocus
        minLength={6}
        maxLength={40}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        hint={t('The six digits your authenticator app shows. Without the app, type a recovery code.')}
      />
      {error !== null && <ErrorNote error={error} />}
      {!isOver && (
        <Button look="primary" type="submit" disabled={isBusy} className="w-full">
          {t('Go on')}
        </Button>
      )}
      <Button onClick={onBack} className="w-full">
        {t(isOver ? 'Sign in again' : 'Back')}
      </Button>
    </form>
  )
}
