import { ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { usePhones } from '@/features/calls/hooks'
import { PhoneForm } from '@/features/calls/own-phone'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** How the organization calls, and where each member's phone rings. */
export default function Calling() {
  const { me } = useSession()
  const phones = usePhones()
  const own = phones.data?.find((one) => one.member_id === me?.member.id)
  return (
    <PageFrame title={t('Calling')}>
      {me?.permissions.includes('calls:place') && (
        <Panel title={t('Your phone')}>
          <p className="mb-2 text-muted">
            {t('It rings first when you call somebody. Empty, it rings nowhere.')}
          </p>
          {phones.isPending && <Skeleton rows={1} />}
          {phones.isError && <ErrorNote error={phones.error} retry={phones.refetch} />}
          {phones.isSuccess && (
            <PhoneForm
              key={own?.account ?? own?.number ?? ''}
              whose={me.member.name}
              path="/calling/phones/me"
              phone={own}
            />
          )}
        </Panel>
      )}
    </PageFrame>
  )
}
