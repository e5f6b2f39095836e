import type { Campaign } from '@/api/types'
import { Button, Panel } from '@/components/ui'
import { percent } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useMove, usePreflight } from './hooks'
import { modes, windows } from './words'

/** What the campaign will do, in sentences, and the button that begins it. */
export function Review({ campaign, started }: { campaign: Campaign; started: () => void }) {
  const { move, isPending } = useMove(campaign.id)
  const { settings, mode, targets } = campaign
  const count = Object.values(targets).reduce((sum, one) => sum + one, 0)
  const counted = usePreflight(campaign.id).data
  const isForNobody =
    counted?.state === 'done' &&
    counted.total > 0 &&
    counted.callable_now + counted.closed_now + counted.called_too_often === 0
  const said = [
    t('{n} people are on the list.', { n: count }),
    `${t(modes[mode]?.word ?? mode)}.`,
    settings.opens_at && settings.closes_at
      ? t('Calls between {opens} and {closes} where they are.', {
          opens: settings.opens_at,
          closes: settings.closes_at,
        })
      : t('Calls whenever the law and your calling settings allow it where they are.'),
    t('Rings {ring} seconds; at most {attempts} attempts at each person.', {
      ring: settings.ring_seconds,
      attempts: settings.attempts,
    }),
    t('Colleagues have {n} seconds of wrap-up after a call.', { n: settings.wrap_up_seconds }),
    (mode === 'power' || mode === 'predictive') &&
      t('At most {limit} of those who answer may find nobody {window}.', {
        limit: percent(settings.abandonment_limit),
        window: t(windows[settings.abandonment_window] ?? ''),
      }),
    settings.detect_machine &&
      t(
        settings.voicemail_sound ? 'Answering machines get a message.' : 'Answering machines are hung up on.',
      ),
  ]
  return (
    <Panel title={t('Review and start')}>
      <ul className="mb-3 list-disc space-y-1 pl-5">
        {said.filter(Boolean).map((one) => (
          <li key={String(one)}>{one}</li>
        ))}
      </ul>
      {(mode === 'power' || mode === 'predictive') && !settings.abandonment_sound && (
        <p className="mb-3">
          {t(
            'Choose a message for those who answer when nobody is free; where the law wants one, the campaign does not start without it.',
          )}
        </p>
      )}
      {campaign.state === 'draft' ? (
        <>
          <Button look="primary" disabled={isPending || count === 0} onClick={() => move('start', started)}>
            {t('Start calling')}
          </Button>
          {isForNobody && (
            <p className="mt-2 text-bad">
              {t(
                'As counted before the start, nobody on the list may be called; the reasons stand under Whom.',
              )}
            </p>
          )}
          {count === 0 && (
            <p className="mt-2 text-muted">{t('Nobody is on the list yet; put people on it under Whom.')}</p>
          )}
        </>
      ) : (
        <Button onClick={started}>{t('To the campaign')}</Button>
      )}
    </Panel>
  )
}
