import { Link, Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Me } from '@/api/types'
import { Palette } from '@/components/palette'
import { Button } from '@/components/ui'
import { useLeadUpdates } from '@/features/leads/hooks'
import { t } from '@/lib/i18n'
import { useLive } from '@/lib/live'
import { useSession } from '@/lib/session'

const rooms = [
  { to: '/', name: 'Board', needs: 'leads:view' },
  { to: '/sources', name: 'Sources', needs: 'sources:view' },
  { to: '/import', name: 'Import', needs: 'leads:import' },
  { to: '/team', name: 'Team', needs: 'team:view' },
  { to: '/operations', name: 'Operations', needs: 'operations:view' },
  { to: '/settings', name: 'Settings', needs: 'scoring:view' },
] as const

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const update = () => setOnline(navigator.onLine)
    addEventListener('online', update)
    addEventListener('offline', update)
    return () => {
      removeEventListener('online', update)
      removeEventListener('offline', update)
    }
  }, [])
  return isOnline
}

/** On a phone the links do not all fit: bring the open page's into view. */
function useOpenLinkInView() {
  const links = useRef<HTMLDivElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    links.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  return links
}

/** The frame around every page of a signed-in member. */
export function Shell() {
  const { me, isRestoring, leave } = useSession()
  const isOnline = useOnline()
  if (isRestoring) return <p className="p-6 text-muted">MetaCortex</p>
  if (!me) return <Navigate to="/sign-in" />
  return <House me={me} leave={leave} isOnline={isOnline} />
}

function House({ me, leave, isOnline }: { me: Me; leave: () => Promise<void>; isOnline: boolean }) {
  const navigate = useNavigate()
  const isConnected = useLive(useLeadUpdates())
  const links = useOpenLinkInView()
  const open = rooms.filter((room) => (me.permissions as string[]).includes(room.needs))
  const actions = [
    ...open.map((room) => ({ name: t(room.name), run: () => navigate({ to: room.to }) })),
    { name: t('Sign out'), run: leave },
  ]
  return (
    <div className="flex h-full flex-col">
      {!isOnline && (
        <p role="status" className="bg-warn px-4 py-1 text-center text-surface">
          {t('You are offline. What you see is the last known state.')}
        </p>
      )}
      {isOnline && !isConnected && (
        <p role="status" className="bg-warn px-4 py-1 text-center text-surface">
          {t('The live connection is interrupted; trying again.')}
        </p>
      )}
      <nav
        aria-label={t('Pages')}
        className="flex items-center gap-1 border-line border-b bg-raised px-3 py-2"
      >
        <span className="mr-3 hidden truncate font-semibold sm:inline">{me.organization.name}</span>
        <div ref={links} className="fade-right flex min-w-0 flex-1 gap-1 overflow-x-auto">
          {open.map((room) => (
            <Link
              key={room.to}
              to={room.to}
              className="whitespace-nowrap rounded-md px-2 py-1 text-muted hover:text-text [&.active]:bg-sunken [&.active]:font-medium [&.active]:text-text"
            >
              {t(room.name)}
            </Link>
          ))}
        </div>
        <span className="hidden text-muted md:inline">{me.member.name}</span>
        <Button look="plain" onClick={leave}>
          {t('Sign out')}
        </Button>
      </nav>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
      <Palette actions={actions} />
    </div>
  )
}
