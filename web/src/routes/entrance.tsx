import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { post } from '@/api/client'
import type { Envelope, SignedIn } from '@/api/types'
import { Button, ErrorNote, TextField } from '@/components/ui'
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
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    const values = Object.fromEntries(new FormData(event.currentTarget))
    const token = new URLSearchParams(location.search).get('token')
    try {
      const body = way === '/welcome' ? { ...values, token } : values
      const url = way === '/welcome' ? '/sign-in/link' : way
      await enter((await post<Envelope<SignedIn>>(url, body)).data)
      await navigate({ to: '/' })
    } catch (reason) {
      setError(reason)
    } finally {
      setBusy(false)
    }
  }

  const isNew = way !== '/sign-in'
  return (
    <main className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-6 p-6">
      <div>
        <p className="font-semibold text-accent">MetaCortex</p>
        <h1 className="font-semibold text-2xl">{t(titles[way])}</h1>
      </div>
      <form onSubmit={submit} className="space-y-4">
        {isNew && (
          <TextField
            label={t('Organization')}
            name="organization_name"
            required
            autoComplete="organization"
          />
        )}
        {isNew && <TextField label={t('Your name')} name="name" required autoComplete="name" />}
        <TextField label={t('E-mail')} name="email" type="email" required autoComplete="username" />
        <TextField
          label={t('Password')}
          name="password"
          type="password"
          required
          minLength={isNew ? 12 : 1}
          autoComplete={isNew ? 'new-password' : 'current-password'}
          hint={isNew ? t('At least 12 characters; a few words are easiest to remember.') : undefined}
        />
        {error !== null && <ErrorNote error={error} />}
        <Button look="primary" type="submit" disabled={isBusy} className="w-full">
          {t(isNew ? 'Begin' : 'Sign in')}
        </Button>
      </form>
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
    </main>
  )
}
