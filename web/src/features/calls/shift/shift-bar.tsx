import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Agent, Campaign } from '@/api/types'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'
import { Elapsed } from '../elapsed'
import { Countdown } from './countdown'
import { DispositionDialog } from './disposition-dialog'
import { usePauseCodes, useShiftAct } from './hooks'
import { useKeys } from './keys'
import { PauseDialog } from './pause-dialog'
import { agentStateOf } from './words'

/** What the member is doing on calls, wherever in the app they are: a strip with what they may do next. */
export function ShiftBar({
  agent,
  campaign,
  mayEdit,
}: {
  agent: Agent
  campaign: Campaign | undefined
  mayEdit: boolean
}) {
  const act = useShiftAct()
  const codes = usePauseCodes()
  const [isPausing, setPausing] = useState(false)
  const [isDisposing, setDisposing] = useState(false)
  const isWrapping = agent.state === 'wrap_up'
  const isBusy = agent.state === 'on_call' || agent.state === 'reserved'
  const mayPause = agent.state !== 'offline' && agent.state !== 'paused'
  const mayBeReady = agent.state === 'paused' || isWrapping
  const maySay = (isWrapping || agent.state === 'on_call') && agent.call_id !== null
  useEffect(() => setDisposing(isWrapping), [isWrapping])
  const ready = () => act.mutate({ path: 'ready' })
  useKeys({
    p: mayPause ? () => setPausing(true) : agent.state === 'paused' && ready,
    d: maySay && (() => setDisposing(true)),
  })
  const labelOf = (code: string) => codes.data?.find((one) => one.code === code)?.label ?? code
  const { word, sign, look } = agentStateOf(agent.state)
  return (
    <section
      aria-label={t('Your shift')}
      className="z-10 order-last flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-t bg-raised px-3 py-2 sm:order-none sm:border-t-0 sm:border-b"
    >
      <p className="flex min-w-0 flex-1 basis-40 flex-wrap items-baseline gap-x-2">
        <span role="status" className={`whitespace-nowrap font-medium ${look}`}>
          <span aria-hidden="true">{sign}</span>{' '}
          {agent.state === 'offline' ? t('Pick up your phone; it rings once') : t(word)}
          {agent.pause_code && `: ${labelOf(agent.pause_code)}`}
        </span>
        <span className="text-muted">
          {agent.until_at ? <Countdown until={agent.until_at} /> : <Elapsed since={agent.since_at} />}
        </span>
        {agent.next_pause_code && (
          <span className="text-muted">{t('then: {pause}', { pause: labelOf(agent.next_pause_code) })}</span>
        )}
        <Link to="/shift" className="truncate text-accent underline">
          {campaign?.name ?? t('Your shift')}
        </Link>
      </p>
      <div className="flex flex-wrap gap-2">
        {maySay && (
          <Button look={isWrapping ? 'primary' : 'quiet'} onClick={() => setDisposing(true)}>
            {t('How did it go?')}
          </Button>
        )}
        {mayBeReady && (
          <Button look={isWrapping ? 'quiet' : 'primary'} disabled={act.isPending} onClick={ready}>
            {t('Ready')}
          </Button>
        )}
        {mayPause && (
          <Button onClick={() => setPausing(true)}>
            {t(isBusy || isWrapping ? 'Pause after this' : 'Pause')}
          </Button>
        )}
        {!isBusy && (
          <Button look="plain" disabled={act.isPending} onClick={() => act.mutate({ path: 'sign-out' })}>
            {t('End shift')}
          </Button>
        )}
      </div>
      <PauseDialog
        isOpen={isPausing}
        isLater={isBusy || isWrapping}
        mayEdit={mayEdit}
        close={() => setPausing(false)}
      />
      <DispositionDialog
        agent={agent}
        campaign={campaign}
        isOpen={isDisposing && maySay}
        mayEdit={mayEdit}
        close={() => setDisposing(false)}
      />
    </section>
  )
}
