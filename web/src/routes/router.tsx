import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Entrance } from './entrance'
import { Nowhere } from './nowhere'
import { SettingsArea } from './settings-area'
import { Shell } from './shell'

const root = createRootRoute()
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell })

const board = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('./board')),
})
const lead = createRoute({
  getParentRoute: () => inside,
  path: '/leads/$leadId',
  component: lazyRouteComponent(() => import('./lead')),
})
const calls = createRoute({
  getParentRoute: () => inside,
  path: '/calls',
  component: lazyRouteComponent(() => import('./calls')),
})
const shift = createRoute({
  getParentRoute: () => inside,
  path: '/shift',
  component: lazyRouteComponent(() => import('./shift')),
})
const campaigns = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns',
  component: lazyRouteComponent(() => import('./campaigns')),
})
const newCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new',
  component: lazyRouteComponent(() => import('./new-campaign')),
})
const campaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('./campaign')),
})
const setUpCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$campaignId/set-up',
  component: lazyRouteComponent(() => import('./set-up-campaign')),
})
const sources = createRoute({
  getParentRoute: () => inside,
  path: '/sources',
  component: lazyRouteComponent(() => import('./sources')),
})
const imports = createRoute({
  getParentRoute: () => inside,
  path: '/import',
  component: lazyRouteComponent(() => import('./import')),
})
const team = createRoute({
  getParentRoute: () => inside,
  path: '/team',
  component: lazyRouteComponent(() => import('./team')),
})
const operations = createRoute({
  getParentRoute: () => inside,
  path: '/operations',
  component: lazyRouteComponent(() => import('./operations')),
})
const area = createRoute({ getParentRoute: () => inside, id: 'settings-area', component: SettingsArea })
const settings = createRoute({
  getParentRoute: () => area,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings')),
})
const calling = createRoute({
  getParentRoute: () => area,
  path: '/calling',
  component: lazyRouteComponent(() => import('./calling')),
})
const doNotCall = createRoute({
  getParentRoute: () => area,
  path: '/do-not-call',
  component: lazyRouteComponent(() => import('./do-not-call')),
})
const callCodes = createRoute({
  getParentRoute: () => area,
  path: '/call-codes',
  component: lazyRouteComponent(() => import('./call-codes')),
})
const security = createRoute({
  getParentRoute: () => area,
  path: '/security',
  component: lazyRouteComponent(() => import('./security')),
})
const apiKeys = createRoute({
  getParentRoute: () => area,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./api-keys')),
})
const audit = createRoute({
  getParentRoute: () => area,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit')),
})
const privacy = createRoute({
  getParentRoute: () => area,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./privacy')),
})
const entrance = (path: '/sign-in' | '/sign-up' | '/welcome') =>
  createRoute({ getParentRoute: () => root, path, component: () => <Entrance way={path} /> })
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('./invited')),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./forgot-password')),
})
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./reset-password')),
})
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./verify-email')),
})

const tree = root.addChildren([
  inside.addChildren([
    board,
    lead,
    calls,
    shift,
    campaigns,
    newCampaign,
    campaign,
    setUpCampaign,
    sources,
    imports,
    team,
    operations,
    area.addChildren([settings, calling, callCodes, doNotCall, security, apiKeys, audit, privacy]),
  ]),
  entrance('/sign-in'),
  entrance('/sign-up'),
  entrance('/welcome'),
  invitation,
  forgotPassword,
  resetPassword,
  verifyEmail,
])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultNotFoundComponent: Nowhere,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
