import { Link } from '@tanstack/react-router'
import { PageFrame } from '@/components/ui'
import { CampaignList } from '@/features/calls/campaigns/campaign-list'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** Every campaign that calls a list of people. */
export default function Campaigns() {
  const { me } = useSession()
  const mayEdit = me?.permissions.includes('calls:edit') ?? false
  return (
    <PageFrame
      title={t('Campaigns')}
      actions={
        mayEdit && (
          <Link
            to="/campaigns/new"
            className="inline-flex pressable items-center rounded-md bg-accent px-3 py-1 font-medium text-on-accent hover:opacity-90"
          >
            {t('New campaign')}
          </Link>
        )
      }
    >
      <CampaignList mayEdit={mayEdit} />
    </PageFrame>
  )
}
