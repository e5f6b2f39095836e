import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { post } from '@/api/client'
import type { Envelope, SignedIn } from '@/api/types'
import { Button, ErrorNote, TextField } from '@/components/ui'
import { CodeStep, tokenOfSecondStep } from '@/features/identity/code-step'
import { Doorway } from '@/features/identity/doorway'
import { NewPasswordField } from '@/features/identity/new-password'
import { OtherWays } from '@/features/identity/other-ways'
import { problemOfAddress } from '@/features/identity/problems'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

type Way = '/sign-in' | '/sign-up' | '/welcome'

const titles: Record<Way, string> = {
  '/sign-in': 'Sign in',
  '/sign-up': 'Create your organization',
  '/welcome': 'Welcome. Who are you?',
}

/** The three ways in: sign in, sign up, and the link printed at the first start. */
export function Entrance({ way }: { way: Way }) {
  const { enter } = useSession()
  const navigate = useNavigate()
  const [challenge, setChallenge] = useState<string | null>(null)
  const go = async (signedIn: SignedIn) => {
    await enter(signedIn)
    await navigate({ to: '/' })
  }
  if (challenge)
    return (
      <Doorway title={t('One more step')}>
        <CodeStep token={challenge} onSignedIn={go} onBack={() => setChallenge(null)} />
      </Doorway>
    )
  return (
    <Doorway title={t(titles[way])}>
      <EntranceForm way={way} onSignedIn={go} onChallenge={setChallenge} />
      {way === '/sign-in' && <OtherWays onSignedIn={go} />}
      {way === '/sign-in' && (
        <p className="text-muted">
          {t('New here?')}{' '}
          <Link to="/sign-up" className="text-accent underline">
            {t('Create your organization')}
          </Link>
        </p>
      )}
      {way === '/sign-up' && (
        <p className="text-muted">
          {t('Already a member?')}{' '}
          <Link to="/sign-in" className="text-accent underline">
            {t('Sign in')}
          </Link>
        </p>
      )}
    </Doorway>
  )
}

/** Where the form goes and what besides the fields: the token of the link, or of the site that proved the person. */
function findTarget(way: Way): [string, Record<string, string>] {
  const address = new URLSearchParams(location.search)
  const federated = address.get('federated')
  if (way === '/sign-up' && federated) return ['/sign-up/federated', { token: federated }]
  if (way === '/welcome') return ['/sign-in/link', { token: address.get('token') ?? '' }]
  return [way, {}]
}

function EntranceForm({
  way,
  onSignedIn,
  onChallenge,
}: {
  way: Way
  onSignedIn: (signedIn: SignedIn) => Promise<void>
  onChallenge: (token: string) => void
}) {
  const [error, setError] = useState<unknown>(() => {
    const problem = way === '/sign-in' ? problemOfAddress() : null
    return problem === null ? null : new Error(problem)
  })
  const [isBusy, setBusy] = useState(false)
  const [url, besides] = findTarget(way)
  const isProved = url === '/sign-up/federated'
  const isNew = way !== '/sign-in'

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    const body = { ...Object.fromEntries(new FormData(event.currentTarget)), ...besides }
    try {
      await onSignedIn((await post<Envelope<SignedIn>>(url, body)).data)
    } catch (reason) {
      const token = tokenOfSecondStep(reason)
      if (token) onChallenge(token)
      else setError(reason)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={submit} className="space-y-4">
      {isNew && (
        <TextField label={t('Organization')} name="organization_name" required autoComplete="organization" />
      )}
      {isNew && !isProved && <TextField label={t('Your name')} name="name" required autoComplete="name" />}
      {!isProved && (
        <TextField label={t('E-mail')} name="email" type="email" required autoComplete="username" />
      )}
      {isNew && !isProved && <NewPasswordField label={t('Password')} name="password" />}
      {!isNew && (
        <div className="space-y-1">
          <TextField
            label={t('Password')}
            name="password"
            type="password"
            required
            autoComplete="current-password"
          />
          <Link to="/forgot-password" className="inline-block text-accent text-xs underline">
            {t('Forgot your password?')}
          </Link>
        </div>
      )}
      {error !== null && <ErrorNote error={error} />}
      <Button look="primary" type="submit" disabled={isBusy} className="w-full">
        {t(isNew ? 'Begin' : 'Sign in')}
      </Button>
    </form>
  )
}
