import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { get, post } from '@/api/client'
import type { Envelope, InvitationByToken, SignedIn } from '@/api/types'
import { Button, ErrorNote, Skeleton, TextField } from '@/components/ui'
import { CodeStep, tokenOfSecondStep } from '@/features/identity/code-step'
import { Doorway } from '@/features/identity/doorway'
import { NewPasswordField } from '@/features/identity/new-password'
import { t } from '@/lib/i18n'

export default function Invitation({
  token,
  onSignedIn,
}: {
  token: string
  onSignedIn: (signedIn: SignedIn) => Promise<void>
}) {
  const [error, setError] = useState<unknown>(null)
  const [challenge, setChallenge] = useState<string | null>(null)
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
      const second = tokenOfSecondStep(reason)
      if (second) setChallenge(second)
      else setError(reason)
    }
  }
  if (challenge)
    return (
      <Doorway title={t('One more step')}>
        <CodeStep token={challenge} onSignedIn={onSignedIn} onBack={() => setChallenge(null)} />
      </Doorway>
    )
  if (invitation.isError)
    return (
      <Doorway title={t('This invitation cannot be used')}>
        <ErrorNote error={invitation.error} />
        <a href="/sign-in" className="underline">
          {t('Sign in')}
        </a>
      </Doorway>
    )
  if (invitation.isPending)
    return (
      <main className="mx-auto flex min-h-full max-w-sm flex-col justify-center p-6">
        <Skeleton rows={2} />
      </main>
    )
  return (
    <Doorway
      title={t('Join {organization}', { organization: invitation.data.organization_name })}
      subtitle={invitation.data.email}
    >
      <form onSubmit={accept} className="space-y-4">
        <TextField label={t('Your name')} name="name" required autoComplete="name" />
        <NewPasswordField label={t('Password')} name="password" />
        {error !== null && <ErrorNote error={error} />}
        <Button look="primary" type="submit" className="w-full">
          {t('Join')}
        </Button>
      </form>
    </Doorway>
  )
}
