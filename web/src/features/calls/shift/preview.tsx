import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiProblem, post } from '@/api/client'
import type { Envelope, Preview } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { Button, Empty, ErrorNote, Panel, Skeleton, TextField } from '@/components/ui'
import { ago, exact, phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { clock } from '../progress'
import { showRefusal } from '../refusal'
import { outcomeOf } from '../words'
import { Script } from './call-at-hand'
import { Countdown } from './countdown'
import { useKeys } from './keys'

const LOOK_AGAIN_MS = 10_000

/** Whom to call next, shown to somebody who decides: they call, or skip and say why. */
export const usePreview = (campaignId: string, isEnabled: boolean) =>
  useQuery({
    queryKey: ['shift', 'preview', campaignId],
    queryFn: () => post<Envelope<Preview>>(`/dial-campaigns/${campaignId}/preview/next`),
    select: (answer) => answer.data,
    enabled: isEnabled,
    retry: false,
    refetchInterval: (query) => (query.state.error ? LOOK_AGAIN_MS : false),
  })

export function NextPerson({
  campaignId,
  preview,
}: {
  campaignId: string
  preview: ReturnType<typeof usePreview>
}) {
  const [isSkipping, setSkipping] = useState(false)
  const queries = useQueryClient()
  const next = () => queries.resetQueries({ queryKey: ['shift', 'preview'] })
  const path = `/dial-campaigns/${campaignId}/preview/${preview.data?.target.id}`
  const call = useMutation({
    mutationFn: () => post(`${path}/call`),
    onError: (error) => {
      showRefusal(error)
      next()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['shift', 'own'] }),
  })
  const canCall = preview.data !== undefined && !call.isPending
  useKeys({ c: canCall && (() => call.mutate()), s: canCall && (() => setSkipping(true)) })
  if (preview.isPending) return <Skeleton rows={2} />
  if (preview.isError)
    return preview.error instanceof ApiProblem && preview.error.document.code === 'nobody_to_preview' ? (
      <Empty title={t('Nobody may be called right now')}>
        {t('This page looks again every ten seconds.')}
      </Empty>
    ) : (
      <ErrorNote error={preview.error} retry={preview.refetch} />
    )
  const { target, until_at, script, history } = preview.data
  return (
    <>
      <Panel title={t('Whom to call next')}>
        <p className="font-semibold text-xl">
          {target.lead_id ? (
            <Link to="/leads/$leadId" params={{ leadId: target.lead_id }} className="text-accent underline">
              {target.name ?? phone(target.number)}
            </Link>
          ) : (
            (target.name ?? phone(target.number))
          )}
        </p>
        <p className="text-muted">
          {phone(target.number)} · {t('yours to decide for')} <Countdown until={until_at} />
        </p>
        <div className="mt-3 flex flex-wrap gap-2">
          <Button look="primary" className="min-h-11" disabled={!canCall} onClick={() => call.mutate()}>
            {t('Call')}
          </Button>
          <Button className="min-h-11" onClick={() => setSkipping(true)}>
            {t('Skip')}
          </Button>
        </div>
      </Panel>
      <Script text={script ?? null} />
      {history.length > 0 && (
        <Panel title={t('Calls with them so far')}>
          <ul className="divide-y divide-line">
            {history.map((one) => {
              const { word, sign, look } = outcomeOf(one.outcome)
              return (
                <li key={one.id} className="py-1">
                  <span className={look}>
                    <span aria-hidden="true">{sign}</span> {t(word)}
                  </span>
                  {one.talked_seconds > 0 && ` · ${clock(one.talked_seconds)}`}
                  {one.requested_at && (
                    <time className="text-muted" title={exact(one.requested_at)}>
                      {' '}
                      · {ago(one.requested_at)}
                    </time>
                  )}
                  {one.note && <span className="block break-words text-muted">{one.note}</span>}
                </li>
              )
            })}
          </ul>
        </Panel>
      )}
      <SkipDialog path={path} isOpen={isSkipping} close={() => setSkipping(false)} next={next} />
    </>
  )
}

function SkipDialog({
  path,
  isOpen,
  close,
  next,
}: {
  path: string
  isOpen: boolean
  close: () => void
  next: () => void
}) {
  const skip = useMutation({
    mutationFn: (reason: string) => post(`${path}/skip`, { reason }),
    onSuccess: () => {
      close()
      next()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    skip.mutate(String(new FormData(event.currentTarget).get('reason')).trim())
  }
  return (
    <Dialog title={t('Why are they not called?')} isOpen={isOpen} onClose={close}>
      <form onSubmit={submit} className="space-y-3">
        <TextField label={t('Reason')} name="reason" required maxLength={300} pattern=".*\S.*" />
        {skip.isError && <ErrorNote error={skip.error} />}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" type="submit" disabled={skip.isPending}>
            {t('Skip')}
          </Button>
          <Button onClick={close}>{t('Cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
