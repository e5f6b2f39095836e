import { ErrorNote, Notice, PageFrame, Skeleton } from '@/components/ui'
import { Authenticator } from '@/features/identity/authenticator'
import { useFactors } from '@/features/identity/factors'
import { Identities } from '@/features/identity/identities'
import { OwnEmail, OwnPassword } from '@/features/identity/own-account'
import { OwnSessions } from '@/features/identity/own-sessions'
import { Passkeys } from '@/features/identity/passkeys'
import { problemOfAddress } from '@/features/identity/problems'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** The signed-in person's own security. */
export default function Security() {
  const { me } = useSession()
  const factors = useFactors()
  const problem = problemOfAddress()
  return (
    <PageFrame title={t('Your security')}>
      {me?.restricted && (
        <Notice>
          {t(
            '{organization} asks everybody for a second step at sign-in. Set up an authenticator app or a passkey here, then you go on.',
            { organization: me.organization.name },
          )}
        </Notice>
      )}
      {problem && <ErrorNote error={new Error(problem)} />}
      {factors.isPending && <Skeleton rows={4} />}
      {factors.isError && <ErrorNote error={factors.error} retry={factors.refetch} />}
      {factors.data && (
        <>
          <Authenticator factors={factors.data} />
          <Passkeys factors={factors.data} />
          <OwnPassword factors={factors.data} />
          <OwnEmail factors={factors.data} />
          <Identities />
        </>
      )}
      <OwnSessions />
    </PageFrame>
  )
}
