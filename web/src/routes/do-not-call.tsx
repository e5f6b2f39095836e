import { PageFrame } from '@/components/ui'
import { AddDoNotCall, DoNotCallList } from '@/features/calls/do-not-call'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** The numbers that nobody in the organization calls. */
export default function DoNotCallPage() {
  const { me } = useSession()
  const may = (permission: string) => me?.permissions.includes(permission) ?? false
  return (
    <PageFrame title={t('Do not call')}>
      {may('calls:place') && <AddDoNotCall />}
      <DoNotCallList mayRemove={may('calls:edit')} />
    </PageFrame>
  )
}
