import type { ReactNode } from 'react'

/** The frame of every page for people who are not signed in. */
export function Doorway({
  title,
  subtitle,
  children,
}: {
  title: string
  subtitle?: string
  children: ReactNode
}) {
  return (
    <main className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-6 p-6">
      <div>
        <p className="font-semibold text-accent">MetaCortex</p>
        <h1 className="font-semibold text-2xl">{title}</h1>
        {subtitle && <p className="text-muted">{subtitle}</p>}
      </div>
      {children}
    </main>
  )
}
