import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiProblem, post } from '@/api/client'
import { Button, ErrorNote, Notice } from '@/components/ui'
import { Doorway } from '@/features/identity/doorway'
import { NewPasswordField } from '@/features/identity/new-password'
import { t } from '@/lib/i18n'

/** Sets a new password by the link of a mail. */
export default function ResetPassword() {
  const [isDone, setDone] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const isOver = error instanceof ApiProblem && error.document.code === 'mail_link_not_valid'
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { password } = Object.fromEntries(new FormData(event.currentTarget))
    const token = new URLSearchParams(location.search).get('token') ?? ''
    setError(null)
    try {
      await post('/password/reset', { token, password })
      setDone(true)
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <Doorway title={t('Set a new password')}>
      {isDone ? (
        <Notice>{t('Your new password counts from now on. You were signed out everywhere.')}</Notice>
      ) : (
        <form onSubmit={submit} className="space-y-4">
          <NewPasswordField label={t('New password')} name="password" />
          {error !== null && <ErrorNote error={error} />}
          <Button look="primary" type="submit" className="w-full">
            {t('Set password')}
          </Button>
        </form>
      )}
      {isOver && (
        <Link to="/forgot-password" className="text-accent underline">
          {t('Ask for a new link')}
        </Link>
      )}
      <Link to="/sign-in" className="text-accent underline">
        {t('Sign in')}
      </Link>
    </Doorway>
  )
}
