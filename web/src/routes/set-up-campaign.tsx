import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Campaign } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, PageFrame, Select, Skeleton } from '@/components/ui'
import { FillPanel } from '@/features/calls/campaigns/fill-forms'
import { changeCampaign, useCampaign, useCampaignAct } from '@/features/calls/campaigns/hooks'
import { NameForm } from '@/features/calls/campaigns/name-form'
import { PreflightPanel } from '@/features/calls/campaigns/preflight-panel'
import { Review } from '@/features/calls/campaigns/review'
import { RulesForm } from '@/features/calls/campaigns/rules-form'
import { type Step, Steps } from '@/features/calls/campaigns/steps'
import { useCallingSettings } from '@/features/calls/hooks'
import { useDispositions, useScripts } from '@/features/calls/shift/hooks'
import { useMembers, usePipeline, useSourceNames } from '@/features/leads/hooks'
import { bands, intents } from '@/features/leads/words'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** A campaign step by step: whom it calls, by which rules, and the look before it starts. */
export default function SetUpCampaign() {
  const { campaignId } = useParams({ from: '/inside/campaigns/$campaignId/set-up' })
  const campaign = useCampaign(campaignId)
  const { me } = useSession()
  const mayEdit = me?.permissions.includes('calls:edit') ?? false
  return (
    <PageFrame
      title={campaign.data?.name ?? t('Campaign')}
      actions={
        <Link to="/campaigns/$campaignId" params={{ campaignId }} className="text-accent underline">
          {t('To the campaign')}
        </Link>
      }
    >
      {campaign.isPending && <Skeleton rows={4} />}
      {campaign.isError && <ErrorNote error={campaign.error} retry={campaign.refetch} />}
      {campaign.data && !mayEdit && <p>{t('Your role may look at campaigns, not change them.')}</p>}
      {campaign.data && mayEdit && <SetUp campaign={campaign.data} />}
    </PageFrame>
  )
}

function SetUp({ campaign }: { campaign: Campaign }) {
  const [step, setStep] = useState<Step>('whom')
  const act = useCampaignAct()
  const settings = useCallingSettings()
  const scripts = useScripts()
  const dispositions = useDispositions()
  const navigate = useNavigate()
  const isDraft = campaign.state === 'draft'
  const save = (change: Parameters<typeof changeCampaign>[1], next: Step) =>
    act.mutate(() => changeCampaign(campaign.id, change), {
      onSuccess: () => {
        if (!isDraft) toast(t('Saved. It holds from the next call on.'))
        setStep(next)
      },
    })
  const isLoading = settings.isPending || scripts.isPending || dispositions.isPending
  const hasTargets = Object.values(campaign.targets).some(Boolean)
  return (
    <>
      <Steps at={step} go={setStep} />
      {step === 'name' && (
        <NameForm
          campaign={campaign}
          isPending={act.isPending}
          error={act.error}
          save={(named) => save(named, 'whom')}
        />
      )}
      {step === 'whom' && (
        <>
          <FillPanel campaignId={campaign.id} leadFields={<LeadFields />} />
          <PreflightPanel campaignId={campaign.id} mayCount />
          {hasTargets && (
            <div className="flex flex-wrap gap-2">
              <Button look="primary" onClick={() => setStep('review')}>
                {t('Next: review')}
              </Button>
              <Button onClick={() => setStep('rules')}>{t('Change the rules first')}</Button>
            </div>
          )}
        </>
      )}
      {step === 'rules' && isLoading && <Skeleton rows={4} />}
      {step === 'rules' && !isLoading && (
        <RulesForm
          campaign={campaign}
          callerIds={settings.data?.caller_ids ?? []}
          scripts={scripts.data ?? []}
          dispositions={dispositions.data ?? []}
          action={t(isDraft ? 'Next: review' : 'Save rules')}
          isPending={act.isPending}
          error={act.error}
          save={(rules) => save(rules, 'review')}
        />
      )}
      {step === 'review' && (
        <>
          <PreflightPanel campaignId={campaign.id} mayCount />
          <Review
            campaign={campaign}
            started={() => navigate({ to: '/campaigns/$campaignId', params: { campaignId: campaign.id } })}
          />
        </>
      )}
    </>
  )
}

function LeadFields() {
  const stages = usePipeline()
  const members = useMembers()
  const sources = useSourceNames()
  const fields: [string, string, string, [string, string][]][] = [
    ['stage_id', 'Stage', 'Every open stage', stages.data?.map((one) => [one.id, one.name]) ?? []],
    ['band', 'Band', 'Every band', Object.entries(bands).map(([band, { word }]) => [band, t(word)])],
    ['intent', 'Intent', 'Every intent', Object.entries(intents).map(([intent, word]) => [intent, t(word)])],
    ['owner_id', 'Owner', 'Every owner', members.data?.map((one) => [one.id, one.name]) ?? []],
    ['source', 'Source', 'Every source', sources.data?.map((one) => [one, one]) ?? []],
  ]
  return fields.map(([name, label, every, options]) => (
    <Select key={name} name={name} label={t(label)} defaultValue="">
      <option value="">{t(every)}</option>
      {options.map(([value, word]) => (
        <option key={value} value={value}>
          {word}
        </option>
      ))}
    </Select>
  ))
}
