import { Button, CopyButton } from '@/components/ui'
import { t } from '@/lib/i18n'

/** Fresh recovery codes, which nobody can show again. */
export function RecoveryCodeList({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  return (
    <div className="space-y-3">
      <p>
        {t(
          'Keep these recovery codes where you find them without your phone. Each opens your account once in place of the app. They are shown only now.',
        )}
      </p>
      <ul
        aria-label={t('Recovery codes')}
        className="grid gap-x-6 gap-y-1 rounded-md bg-sunken p-3 font-mono sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={codes.join('\n')} label={t('Copy')} />
        <Button look="primary" onClick={onKept}>
          {t('I have kept them')}
        </Button>
      </div>
    </div>
  )
}
