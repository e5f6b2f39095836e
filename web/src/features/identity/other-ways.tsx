import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, post } from '@/api/client'
import type { Envelope, Providers, SignedIn } from '@/api/types'
import { Button, ButtonLink, ErrorNote } from '@/components/ui'
import { t } from '@/lib/i18n'
import { canUsePasskeys } from '@/lib/webauthn'
import { signByPasskey } from './passkey'

/** With whom people may sign in here; none where that is not set up. */
export function useProviders() {
  return useQuery({
    queryKey: ['providers'],
    queryFn: () => get<Envelope<Providers>>('/sign-in/providers'),
    select: (answer) => answer.data.providers,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Ways in beside the password: a passkey, and other sites that know the person. */
export function OtherWays({ onSignedIn }: { onSignedIn: (signedIn: SignedIn) => Promise<void> }) {
  const [error, setError] = useState<unknown>(null)
  const providers = useProviders()
  const signIn = async () => {
    setError(null)
    try {
      const given = await signByPasskey('/sign-in/passkey/options')
      await onSignedIn((await post<Envelope<SignedIn>>('/sign-in/passkey', given)).data)
    } catch (reason) {
      setError(reason)
    }
  }
  if (!canUsePasskeys() && !providers.data?.length) return null
  return (
    <div className="space-y-2">
      <p className="flex items-center gap-3 text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t('or')}
      </p>
      {error !== null && <ErrorNote error={error} />}
      {canUsePasskeys() && (
        <Button onClick={signIn} className="w-full">
          {t('Sign in with a passkey')}
        </Button>
      )}
      {providers.data?.map((one) => (
        <ButtonLink key={one.id} href={one.path} className="w-full">
          {t('Sign in with {name}', { name: one.name })}
        </ButtonLink>
      ))}
    </div>
  )
}
