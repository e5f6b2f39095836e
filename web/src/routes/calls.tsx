import { PageFrame } from '@/components/ui'
import { t } from '@/lib/i18n'

export default function Soon() {
  return <PageFrame title={t('Calls')}> </PageFrame>
}
