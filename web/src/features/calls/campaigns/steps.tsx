import { t } from '@/lib/i18n'

export const steps = { name: 'Name', whom: 'Whom', rules: 'Rules', review: 'Review and start' } as const
export type Step = keyof typeof steps

/** Where one is in setting up a campaign; steps that are open may be gone back and forth to. */
export function Steps({ at, go }: { at: Step; go?: (step: Step) => void }) {
  return (
    <ol className="flex flex-wrap gap-2" aria-label={t('Steps')}>
      {Object.entries(steps).map(([step, word], place) => (
        <li key={step}>
          <button
            type="button"
            disabled={!go}
            aria-current={step === at ? 'step' : undefined}
            onClick={() => go?.(step as Step)}
            className="pressable rounded-full border border-line px-3 py-1 text-muted enabled:hover:bg-sunken aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-text"
          >
            {place + 1} {t(word)}
          </button>
        </li>
      ))}
    </ol>
  )
}
