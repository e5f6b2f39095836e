import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { post } from '@/api/client'
import { Button, ErrorNote, Notice, TextField } from '@/components/ui'
import { Doorway } from '@/features/identity/doorway'
import { t } from '@/lib/i18n'

/** Asks for a link that sets a new password; the answer is the same for every address. */
export default function ForgotPassword() {
  const [email, setEmail] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = String(new FormData(event.currentTarget).get('email'))
    setError(null)
    try {
      await post('/password/reset-link', { email: typed })
      setEmail(typed)
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <Doorway title={t('Forgot your password?')}>
      {email ? (
        <Notice>
          {t(
            'If {email} has an account here, a link is on its way. It works for one hour. Look into the spam folder, too.',
            {
              email,
            },
          )}
        </Notice>
      ) : (
        <form onSubmit={submit} className="space-y-4">
          <TextField label={t('E-mail')} name="email" type="email" required autoComplete="username" />
          {error !== null && <ErrorNote error={error} />}
          <Button look="primary" type="submit" className="w-full">
            {t('Send me a link')}
          </Button>
        </form>
      )}
      <Link to="/sign-in" className="text-accent underline">
        {t('Back to signing in')}
      </Link>
    </Doorway>
  )
}
