import type { Me } from '@/api/types'

/** The pages of the main bar. */
export const rooms = [
  { to: '/', name: 'Board', needs: 'leads:view' },
  { to: '/calls', name: 'Calls', needs: 'calls:view' },
  { to: '/shift', name: 'Your shift', needs: 'calls:place' },
  { to: '/campaigns', name: 'Campaigns', needs: 'calls:view' },
  { to: '/sources', name: 'Sources', needs: 'sources:view' },
  { to: '/import', name: 'Import', needs: 'leads:import' },
  { to: '/team', name: 'Team', needs: 'team:view' },
  { to: '/operations', name: 'Operations', needs: 'operations:view' },
] as const

/** The pages under Settings; everybody has their own security. */
export const settingsRooms = [
  { to: '/settings', name: 'General', needs: 'scoring:view' },
  { to: '/calling', name: 'Calling', needs: 'calls:view' },
  { to: '/call-codes', name: 'Pauses and outcomes', needs: 'calls:view' },
  { to: '/do-not-call', name: 'Do not call', needs: 'calls:view' },
  { to: '/security', name: 'Security', needs: null },
  { to: '/api-keys', name: 'API keys', needs: 'keys:edit' },
  { to: '/audit', name: 'Audit log', needs: 'audit:view' },
  { to: '/privacy', name: 'Privacy', needs: 'privacy:view' },
] as const

/** Whether the person may enter; one who has yet to set up a second factor has only their security. */
export const mayEnter = (me: Me, room: { needs: string | null }) =>
  room.needs === null || (!me.restricted && me.permissions.includes(room.needs))
