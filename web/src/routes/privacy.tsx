import { PageFrame } from '@/components/ui'
import { Requests } from '@/features/privacy/requests'
import { Retention } from '@/features/privacy/retention'
import { Suppressions } from '@/features/privacy/suppressions'
import { ConsentTexts } from '@/features/privacy/texts'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** What people may ask for, what they agreed to, whom to leave alone, and how long data is kept. */
export default function Privacy() {
  const { me } = useSession()
  const mayEdit = me?.permissions.includes('privacy:edit') ?? false
  return (
    <PageFrame title={t('Privacy')}>
      <Requests mayEdit={mayEdit} />
      <ConsentTexts mayEdit={mayEdit} />
      <Suppressions mayEdit={mayEdit} />
      <Retention mayEdit={mayEdit} />
    </PageFrame>
  )
}
