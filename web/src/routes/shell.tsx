import { Link, Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import type { Me } from '@/api/types'
import { Palette } from '@/components/palette'
import { Button } from '@/components/ui'
import { CallBar } from '@/features/calls/call-bar'
import { useCampaign, useCampaignUpdates } from '@/features/calls/campaigns/hooks'
import { useCallUpdates, useOwnCall } from '@/features/calls/hooks'
import { RefusalDialog } from '@/features/calls/refusal'
import { useShift, useShiftUpdates } from '@/features/calls/shift/hooks'
import { ShiftBar } from '@/features/calls/shift/shift-bar'
import { ProofDialog } from '@/features/identity/proof-dialog'
import { useLead, useLeadUpdates, useMembers } from '@/features/leads/hooks'
import { leadName } from '@/features/leads/words'
import { t } from '@/lib/i18n'
import { type LiveMessage, useLive } from '@/lib/live'
import { useOpenLinkInView } from '@/lib/open-link'
import { useSession } from '@/lib/session'
import { mayEnter, rooms, settingsRooms } from './rooms'

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

/** The frame around every page of a signed-in member. */
export function Shell() {
  const { me, isRestoring, leave } = useSession()
  if (isRestoring) return <p className="p-6 text-muted">MetaCortex</p>
  if (!me) return <Navigate to="/sign-in" />
  return (
    <>
      {me.restricted ? <Porch me={me} leave={leave} /> : <House me={me} leave={leave} />}
      <ProofDialog />
    </>
  )
}

/** Where a member is who has yet to set up the second factor that the organization demands. */
function Porch({ me, leave }: { me: Me; leave: () => Promise<void> }) {
  const { pathname } = useLocation()
  if (pathname !== '/security') return <Navigate to="/security" />
  return (
    <div className="flex h-full flex-col">
      <header className="flex items-center gap-3 border-line border-b bg-raised px-3 py-2">
        <span className="min-w-0 flex-1 truncate font-semibold">{me.organization.name}</span>
        <Button look="plain" onClick={leave}>
          {t('Sign out')}
        </Button>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
    </div>
  )
}

/** What happens live, told to each part that shows it. */
function useUpdates(me: Me) {
  const tellLeads = useLeadUpdates()
  const tellCalls = useCallUpdates(me.member.id)
  const tellShift = useShiftUpdates()
  const tellCampaigns = useCampaignUpdates()
  return useCallback(
    (message: LiveMessage) => {
      tellLeads(message)
      tellCalls(message)
      tellShift(message)
      tellCampaigns(message)
    },
    [tellLeads, tellCalls, tellShift, tellCampaigns],
  )
}

/** The member's own call stays with them from page to page. */
function OwnCall({ me }: { me: Me }) {
  const call = useOwnCall(me.member.id)
  const lead = useLead(call?.lead_id ?? null)
  const members = useMembers()
  return (
    <CallBar
      call={call}
      name={lead.data && leadName(lead.data)}
      memberId={me.member.id}
      colleagues={members.data ?? []}
    />
  )
}

/** What the member does on a campaign's calls stays with them from page to page, too. */
function OwnShift({ me }: { me: Me }) {
  const shift = useShift()
  const campaign = useCampaign(shift.data?.campaign_id ?? null)
  if (!shift.data?.campaign_id) return null
  return (
    <ShiftBar agent={shift.data} campaign={campaign.data} mayEdit={me.permissions.includes('calls:edit')} />
  )
}

const roomLook =
  'pressable inline-flex shrink-0 touch:min-w-11 items-center justify-center whitespace-nowrap rounded-md px-2 py-1 text-muted hover:text-text [&.active]:bg-sunken [&.active]:font-medium [&.active]:text-text'

function House({ me, leave }: { me: Me; leave: () => Promise<void> }) {
  const isOnline = useOnline()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const isConnected = useLive(useUpdates(me))
  const links = useOpenLinkInView<HTMLDivElement>()
  const open = rooms.filter((room) => mayEnter(me, room))
  const settings = settingsRooms.filter((room) => mayEnter(me, room))
  const isInSettings = settings.some((room) => room.to === pathname)
  const actions = [
    ...[...open, ...settings].map((room) => ({ name: t(room.name), run: () => navigate({ to: room.to }) })),
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
            <Link key={room.to} to={room.to} className={roomLook}>
              {t(room.name)}
            </Link>
          ))}
          {settings[0] && (
            <Link to={settings[0].to} className={`${roomLook} ${isInSettings ? 'active' : ''}`}>
              {t('Settings')}
            </Link>
          )}
        </div>
        <Link to="/security" className="hidden text-muted hover:text-text lg:inline">
          {me.member.name}
        </Link>
        <Button look="plain" onClick={leave}>
          {t('Sign out')}
        </Button>
      </nav>
      {me.permissions.includes('calls:place') && <OwnCall me={me} />}
      {me.permissions.includes('calls:place') && <OwnShift me={me} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
      <Palette actions={actions} />
      <RefusalDialog />
    </div>
  )
}
