import { PageFrame } from '@/components/ui'
import { Dispositions, PauseCodes, Scripts } from '@/features/calls/shift/words-kept'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** Why colleagues pause, how conversations end, and what is said in them. */
export default function CallCodes() {
  const { me } = useSession()
  const mayEdit = me?.permissions.includes('calls:edit') ?? false
  return (
    <PageFrame title={t('Pauses and outcomes')}>
      {!mayEdit && <p className="text-muted">{t('Your role may look at these, not change them.')}</p>}
      <PauseCodes mayEdit={mayEdit} />
      <Dispositions mayEdit={mayEdit} />
      <Scripts mayEdit={mayEdit} />
    </PageFrame>
  )
}
