import { Link } from '@tanstack/react-router'
import type { Agent, Campaign } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { Button, ErrorNote, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useCall } from '../hooks'
import { Countdown } from './countdown'
import { DispositionForm } from './disposition-form'
import { useDispositions, useShiftAct } from './hooks'

/** Opens when a call has ended: how it went, and what follows. */
export function DispositionDialog({
  agent,
  campaign,
  isOpen,
  mayEdit,
  close,
}: {
  agent: Agent
  campaign: Campaign | undefined
  isOpen: boolean
  mayEdit: boolean
  close: () => void
}) {
  const call = useCall(isOpen ? agent.call_id : null)
  const dispositions = useDispositions(isOpen)
  const act = useShiftAct()
  const offered = campaign?.settings.dispositions ?? []
  const shown = dispositions.data?.filter((one) => offered.length === 0 || offered.includes(one.code))
  const error = call.error ?? dispositions.error
  return (
    <Dialog title={t('How did it go?')} isOpen={isOpen} onClose={close}>
      {agent.until_at && (
        <p className="text-muted">
          {t('You are ready again in')} <Countdown until={agent.until_at} />
        </p>
      )}
      {error && <ErrorNote error={error} />}
      {!error && (call.isPending || dispositions.isPending) && <Skeleton rows={2} />}
      {shown?.length === 0 && (
        <>
          <p>
            {t('No ways for a conversation to end are set up yet.')}{' '}
            {mayEdit && (
              <Link to="/call-codes" onClick={close} className="text-accent underline">
                {t('Set them up')}
              </Link>
            )}
          </p>
          {agent.state === 'wrap_up' && (
            <Button look="primary" onClick={() => act.mutate({ path: 'ready' }, { onSuccess: close })}>
              {t('Ready')}
            </Button>
          )}
        </>
      )}
      {call.data && shown && shown.length > 0 && (
        <DispositionForm key={call.data.id} call={call.data} dispositions={shown} saved={close} />
      )}
    </Dialog>
  )
}
