import { Link } from '@tanstack/react-router'
import { Dialog } from '@/components/dialog'
import { Button, ErrorNote, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { usePauseCodes, useShiftAct } from './hooks'

/** Asks why somebody pauses; one press is the answer. */
export function PauseDialog({
  isOpen,
  isLater,
  mayEdit,
  close,
}: {
  isOpen: boolean
  isLater: boolean
  mayEdit: boolean
  close: () => void
}) {
  const act = useShiftAct()
  const codes = usePauseCodes(isOpen)
  return (
    <Dialog title={t('Why do you pause?')} isOpen={isOpen} onClose={close}>
      {isLater && <p className="text-muted">{t('The pause begins when the call at hand is done with.')}</p>}
      {codes.isPending && <Skeleton rows={1} />}
      {codes.isError && <ErrorNote error={codes.error} retry={codes.refetch} />}
      {codes.data?.length === 0 && (
        <p>
          {t('No reasons to pause are set up yet.')}{' '}
          {mayEdit ? (
            <Link to="/call-codes" onClick={close} className="text-accent underline">
              {t('Set them up')}
            </Link>
          ) : (
            t('Ask whoever looks after calling to add some.')
          )}
        </p>
      )}
      <div className="grid gap-2 sm:grid-cols-2">
        {codes.data?.map((one) => (
          <Button
            key={one.id}
            className="min-h-11"
            disabled={act.isPending}
            onClick={() => act.mutate({ path: 'pause', body: { code: one.code } }, { onSuccess: close })}
          >
            {one.label}
          </Button>
        ))}
      </div>
      <Button look="plain" onClick={close}>
        {t('Cancel')}
      </Button>
    </Dialog>
  )
}
