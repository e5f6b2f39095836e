import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Entrance } from './entrance'
import { Nowhere } from './nowhere'
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
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings')),
})
const entrance = (path: '/sign-in' | '/sign-up' | '/welcome') =>
  createRoute({ getParentRoute: () => root, path, component: () => <Entrance way={path} /> })
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitations/$token',
  component: lazyRouteComponent(() => import('./invited')),
})

const tree = root.addChildren([
  inside.addChildren([board, lead, sources, imports, team, operations, settings]),
  entrance('/sign-in'),
  entrance('/sign-up'),
  entrance('/welcome'),
  invitation,
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
