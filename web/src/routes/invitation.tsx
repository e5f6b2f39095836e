import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { get, post } from '@/api/client'
import type { Envelope, InvitationByToken, SignedIn } from '@/api/types'
import { Button, ErrorNote, Skeleton, TextField } from '@/components/ui'
import { t } from '@/lib/i18n'

export default function Invitation({
  token,
  onSignedIn,
}: {
  token: string
  onSignedIn: (signedIn: SignedIn) => Promise<void>
}) {
  const [error, setError] = useState<unknown>(null)
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => get<Envelope<InvitationByToken>>(`/invitations/by-token/${encodeURIComponent(token)}`),
    select: (answer) => answer.data,
  })
  const accept = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const values = Object.fromEntries(new FormData(event.currentTarget))
    try {
      await onSignedIn((await post<Envelope<SignedIn>>('/invitations/accept', { ...values, token })).data)
    } catch (reason) {
      setError(reason)
    }
  }
  return (
    <main className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-6 p-6">
      {invitation.isPending && <Skeleton rows={2} />}
      {invitation.isError && (
        <>
          <div>
            <p className="font-semibold text-accent">MetaCortex</p>
            <h1 className="font-semibold text-2xl">{t('This invitation cannot be used')}</h1>
          </div>
          <ErrorNote error={invitation.error} />
          <a href="/sign-in" className="underline">
            {t('Sign in')}
          </a>
        </>
      )}
      {invitation.data && (
        <>
          <div>
            <p className="font-semibold text-accent">MetaCortex</p>
            <h1 className="font-semibold text-2xl">
              {t('Join {organization}', { organization: invitation.data.organization_name })}
            </h1>
            <p className="text-muted">{invitation.data.email}</p>
          </div>
          <form onSubmit={accept} className="space-y-4">
            <TextField label={t('Your name')} name="name" required autoComplete="name" />
            <TextField
              label={t('Password')}
              name="password"
              type="password"
              required
              minLength={12}
              autoComplete="new-password"
              hint={t('At least 12 characters; a few words are easiest to remember.')}
            />
            {error !== null && <ErrorNote error={error} />}
            <Button look="primary" type="submit" className="w-full">
              {t('Join')}
            </Button>
          </form>
        </>
      )}
    </main>
  )
}
