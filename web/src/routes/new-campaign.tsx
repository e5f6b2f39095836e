import { Link, useNavigate } from '@tanstack/react-router'
import type { Campaign, Envelope } from '@/api/types'
import { PageFrame } from '@/components/ui'
import { createCampaign, useCampaignAct } from '@/features/calls/campaigns/hooks'
import { NameForm } from '@/features/calls/campaigns/name-form'
import { Steps } from '@/features/calls/campaigns/steps'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** The first step of a campaign: its name, and how it calls. */
export default function NewCampaign() {
  const { me } = useSession()
  const navigate = useNavigate()
  const act = useCampaignAct<Envelope<Campaign>>()
  const mayEdit = me?.permissions.includes('calls:edit') ?? false
  return (
    <PageFrame title={t('New campaign')}>
      <Steps at="name" />
      {mayEdit ? (
        <NameForm
          isPending={act.isPending}
          error={act.error}
          save={(named) =>
            act.mutate(() => createCampaign(named), {
              onSuccess: ({ data }) =>
                navigate({ to: '/campaigns/$campaignId/set-up', params: { campaignId: data.id } }),
            })
          }
        />
      ) : (
        <p>
          {t('Your role may look at campaigns, not make them.')}{' '}
          <Link to="/campaigns" className="text-accent underline">
            {t('To the campaigns')}
          </Link>
        </p>
      )}
    </PageFrame>
  )
}
