import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { post } from '@/api/client'
import { Button, ErrorNote, Notice } from '@/components/ui'
import { Doorway } from '@/features/identity/doorway'
import { t } from '@/lib/i18n'

/** Proves an address by the link of a mail; a press is asked for, since mail scanners open links. */
export default function VerifyEmail() {
  const [isDone, setDone] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const verify = async () => {
    setError(null)
    try {
      await post('/email/verify', { token: new URLSearchParams(location.search).get('token') ?? '' })
      setDone(true)
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <Doorway title={t('Is this your e-mail address?')}>
      {error !== null && <ErrorNote error={error} />}
      {isDone ? (
        <Notice>{t('Your e-mail address is confirmed.')}</Notice>
      ) : (
        <Button look="primary" onClick={verify} className="w-full">
          {t('Yes, it is mine')}
        </Button>
      )}
      <Link to="/" className="text-accent underline">
        {t('Go to the board')}
      </Link>
    </Doorway>
  )
}
