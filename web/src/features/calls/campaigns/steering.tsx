import { useState } from 'react'
import type { Campaign } from '@/api/types'
import { Dialog } from '@/components/dialog'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useMove } from './hooks'
import { type Move, moves, moveWords } from './words'

/** Buttons that start, pause, resume, run out or stop a campaign; what cannot be undone is asked first. */
export function Steering({ campaign }: { campaign: Campaign }) {
  const { move, isPending } = useMove(campaign.id)
  const [asked, setAsked] = useState<Move | null>(null)
  const close = () => setAsked(null)
  const { name } = campaign
  const allowed = (moves[campaign.state] ?? []).filter((one) => campaign.state !== 'draft' || one !== 'stop')
  return (
    <div className="flex flex-wrap gap-2">
      {allowed.map((one) => (
        <Button
          key={one}
          look={one === 'stop' ? 'danger' : one === 'start' || one === 'resume' ? 'primary' : 'quiet'}
          disabled={isPending}
          title={t(moveWords[one].says)}
          onClick={() => (moveWords[one].asks ? setAsked(one) : move(one))}
        >
          {t(moveWords[one].word)}
        </Button>
      ))}
      <Dialog
        title={asked === 'stop' ? t('Stop {name}?', { name }) : t('Let {name} run out?', { name })}
        isOpen={asked !== null}
        onClose={close}
      >
        {asked && (
          <>
            <p>{t(moveWords[asked].says)}</p>
            <div className="flex flex-wrap gap-2">
              <Button
                look={asked === 'stop' ? 'danger' : 'primary'}
                disabled={isPending}
                onClick={() => move(asked, close)}
              >
                {t(moveWords[asked].word)}
              </Button>
              <Button onClick={close}>{t('Cancel')}</Button>
            </div>
          </>
        )}
      </Dialog>
    </div>
  )
}
