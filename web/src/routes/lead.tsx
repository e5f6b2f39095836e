import { Link, useParams } from '@tanstack/react-router'
import { ErrorNote, PageFrame, Skeleton } from '@/components/ui'
import { CallButton } from '@/features/calls/call-button'
import { CallEntry } from '@/features/calls/call-entry'
import { Facts } from '@/features/leads/facts'
import { useLead, useMembers, usePipeline } from '@/features/leads/hooks'
import { Messages } from '@/features/leads/messages'
import { bands, intents, leadName } from '@/features/leads/words'
import { History, Notes, Tasks } from '@/features/leads/work'
import { Explanation, useQualification } from '@/features/qualification/explanation'
import { t } from '@/lib/i18n'

export default function LeadPage() {
  const { leadId } = useParams({ from: '/inside/leads/$leadId' })
  const lead = useLead(leadId)
  const stages = usePipeline()
  const members = useMembers()
  const said = useQualification(leadId)

  if (lead.isPending)
    return (
      <div className="p-4">
        <Skeleton rows={5} />
      </div>
    )
  if (lead.isError)
    return (
      <PageFrame title={t('This lead cannot be shown')}>
        <ErrorNote error={lead.error} retry={lead.refetch} />
        <Link to="/" className="underline">
          {t('To the board')}
        </Link>
      </PageFrame>
    )
  return (
    <main className="mx-auto max-w-6xl space-y-4 p-4">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <Link to="/" className="pressable -my-2 inline-flex items-center text-muted hover:text-text">
            ← {t('Board')}
          </Link>
          <h1 className="font-semibold text-xl">{leadName(lead.data)}</h1>
          <p className="text-muted">{lead.data.title}</p>
        </div>
        <CallButton lead={{ id: leadId, name: leadName(lead.data), phone: lead.data.contact.phone }} />
      </header>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="max-lg:contents lg:space-y-4">
          <Messages leadId={leadId} said={said.data} />
          <div className="space-y-4 max-lg:order-last">
            <Notes leadId={leadId} />
            <History leadId={leadId} also={{ call: (entry) => <CallEntry body={entry.body} /> }} />
          </div>
        </div>
        <div className="max-lg:contents lg:space-y-4">
          <Explanation lead={lead.data} intents={intents} look={bands[lead.data.band ?? 'unsure']} />
          <Facts lead={lead.data} stages={stages.data ?? []} members={members.data ?? []} />
          <Tasks leadId={leadId} />
        </div>
      </div>
    </main>
  )
}
