import { ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { CallingForm } from '@/features/calls/calling-form'
import { useCallingSettings, usePhones } from '@/features/calls/hooks'
import { PhoneForm } from '@/features/calls/phone-form'
import { Phones } from '@/features/calls/phones'
import { useMembers } from '@/features/leads/hooks'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** How the organization calls, and where each member's phone rings. */
export default function Calling() {
  const { me } = useSession()
  const phones = usePhones()
  const settings = useCallingSettings()
  const members = useMembers()
  const mayEdit = me?.permissions.includes('calls:edit') ?? false
  const own = phones.data?.find((one) => one.member_id === me?.member.id)
  const colleagues = members.data?.filter((one) => one.id !== me?.member.id) ?? []
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
      {mayEdit && phones.isSuccess && colleagues.length > 0 && (
        <Phones members={colleagues} phones={phones.data} />
      )}
      {settings.isPending && <Skeleton rows={4} />}
      {settings.isError && <ErrorNote error={settings.error} retry={settings.refetch} />}
      {settings.data && (
        <CallingForm key={JSON.stringify(settings.data)} settings={settings.data} mayEdit={mayEdit} />
      )}
    </PageFrame>
  )
}
