import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Dialog } from '@/components/dialog'
import { Button } from '@/components/ui'
import { t } from '@/lib/i18n'
import { type Refusal, tellRefusal } from './words'

let show: (refusal: Refusal) => void = () => {}

/** Say why nobody was called, and what to do next. */
export const showRefusal = (error: unknown) => show(tellRefusal(error))
export const explain = (refusal: Refusal) => show(refusal)

/** Where refusals to call are told; one for the whole app. */
export function RefusalDialog() {
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  useEffect(() => {
    show = setRefusal
  }, [])
  const close = () => setRefusal(null)
  return (
    <Dialog title={refusal?.title ?? t('Not called')} isOpen={refusal !== null} onClose={close}>
      <p>{refusal?.text}</p>
      <div className="flex flex-wrap items-center gap-3">
        <Button look="primary" onClick={close}>
          {t('Close')}
        </Button>
        {refusal?.page && (
          <Link to={refusal.page} onClick={close} className="text-accent underline">
            {t(refusal.pageName ?? '')}
          </Link>
        )}
      </div>
    </Dialog>
  )
}
