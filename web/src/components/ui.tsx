import {
  type AnchorHTMLAttributes,
  type ButtonHTMLAttributes,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  useId,
} from 'react'
import { t } from '@/lib/i18n'

const looks = {
  primary: 'bg-accent text-on-accent hover:opacity-90',
  quiet: 'bg-raised border border-line hover:bg-sunken aria-pressed:border-accent aria-pressed:text-accent',
  plain: 'hover:bg-sunken',
  danger: 'bg-raised border border-bad text-bad hover:bg-sunken',
}

const buttonLook = (look: keyof typeof looks) =>
  `inline-flex pressable items-center justify-center gap-2 rounded-md px-3 py-1 font-medium transition-colors duration-150 disabled:opacity-50 ${looks[look]}`

export function Button({
  look = 'quiet',
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: keyof typeof looks }) {
  return <button type="button" className={`${buttonLook(look)} ${className}`} {...rest} />
}

/** A link to another site or a file that looks like a button. */
export function ButtonLink({ className = '', children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a className={`${buttonLook('quiet')} ${className}`} {...rest}>
      {children}
    </a>
  )
}

const tones = { plain: 'text-muted', good: 'text-good', warn: 'text-warn', bad: 'text-bad' }

/** A state in one or two words. */
export function Badge({ tone = 'plain', children }: { tone?: keyof typeof tones; children: ReactNode }) {
  return (
    <span
      className={`inline-block whitespace-nowrap rounded-full border border-current px-2 text-xs ${tones[tone]}`}
    >
      {children}
    </span>
  )
}

/** Something the person should know before they go on. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="rounded-lg border border-info bg-raised p-3 text-info">
      {children}
    </div>
  )
}

const fieldLook =
  'w-full pressable rounded-md border border-line bg-raised px-3 py-1.5 placeholder:text-muted'

export function TextField({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string }) {
  const id = useId()
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      <input
        id={id}
        className={fieldLook}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  )
}

export function Select({
  label,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string }) {
  return (
    <select
      aria-label={label}
      className="pressable max-w-full rounded-md border border-line bg-raised px-2 py-1"
      {...rest}
    >
      {children}
    </select>
  )
}

/** A choice among few, with its name above it. */
export function SelectField({
  label,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string }) {
  const id = useId()
  return (
    <div className="min-w-0 max-w-full space-y-1">
      <label htmlFor={id} className="block font-medium">
        {label}
      </label>
      <select
        id={id}
        className="pressable max-w-full rounded-md border border-line bg-raised px-2 py-1"
        {...rest}
      >
        {children}
      </select>
    </div>
  )
}

export function TextArea({
  label,
  ...rest
}: React.TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string }) {
  return <textarea aria-label={label} className={`${fieldLook} min-h-20`} {...rest} />
}

export function Panel({
  title,
  actions,
  children,
}: {
  title?: string
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="rounded-lg border border-line bg-raised p-4 shadow-card">
      {(title || actions) && (
        <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
          {title && <h2 className="font-semibold">{title}</h2>}
          {actions}
        </header>
      )}
      {children}
    </section>
  )
}

export function Skeleton({ rows = 4 }: { rows?: number }) {
  return (
    <div aria-busy="true" aria-label={t('Loading')} role="status" className="space-y-3">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="h-16 animate-pulse rounded-lg bg-sunken" />
      ))}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="rounded-lg border border-line border-dashed p-6 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="mt-1 text-muted">{children}</div>}
    </div>
  )
}

export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-lg border border-bad p-3 text-bad">
      <span>{error instanceof Error ? error.message : t('Something went wrong.')}</span>
      {retry && <Button onClick={retry}>{t('Try again')}</Button>}
    </div>
  )
}

export function PageFrame({
  title,
  actions,
  children,
}: {
  title: string
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <main className="mx-auto w-full max-w-4xl space-y-4 p-4">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h1 className="font-semibold text-xl">{title}</h1>
        {actions}
      </header>
      {children}
    </main>
  )
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  return (
    <Button
      onClick={(event) => {
        const button = event.currentTarget
        navigator.clipboard?.writeText(text).then(() => {
          button.textContent = t('Copied')
        })
      }}
    >
      {label}
    </Button>
  )
}

/** A text to take elsewhere, with a button that copies it. */
export function Copyable({ what, text, link = false }: { what: string; text: string; link?: boolean }) {
  return (
    <div className="mt-2">
      <p className="text-muted">{what}</p>
      <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
        <code className="min-w-full flex-1 break-all rounded-md bg-sunken px-3 py-2 sm:min-w-0">
          {link ? (
            <a href={text} className="underline">
              {text}
            </a>
          ) : (
            text
          )}
        </code>
        <CopyButton text={text} label={t('Copy')} />
      </div>
    </div>
  )
}
