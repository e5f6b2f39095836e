import { type ReactNode, useEffect, useId, useRef } from 'react'

/** A question that has to be answered first; Escape and a press beside it close it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
}: {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which the browser does itself.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
      className="m-auto w-[min(92vw,26rem)] rounded-lg border border-line bg-raised text-text shadow-float backdrop:bg-black/40"
    >
      <div className="space-y-4 p-5">
        <h2 id={id} className="font-semibold text-lg">
          {title}
        </h2>
        {isOpen && children}
      </div>
    </dialog>
  )
}
