import { TextField } from '@/components/ui'
import { t } from '@/lib/i18n'

export const PASSWORD_LENGTH = 12

/** The field for a password somebody makes up. */
export function NewPasswordField({ label, name }: { label: string; name: string }) {
  return (
    <TextField
      label={label}
      name={name}
      type="password"
      required
      minLength={PASSWORD_LENGTH}
      autoComplete="new-password"
      hint={t('At least 12 characters; a few words are easiest to remember.')}
    />
  )
}
