import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { get, keepToken, post, restoreSession, whenRestricted, whenSignedOut } from '@/api/client'
import type { Envelope, Me, SignedIn } from '@/api/types'

type Session = {
  me: Me | null
  isRestoring: boolean
  enter: (signedIn: SignedIn) => Promise<void>
  /** Take fresh rights, after something changed what the person may do. */
  renew: () => Promise<void>
  leave: () => Promise<void>
}

const Context = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(Context)
  if (!session) throw new Error('useSession needs a SessionProvider above it')
  return session
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<Me | null>(null)
  const queries = useQueryClient()
  const [isRestoring, setRestoring] = useState(true)

  const enter = useCallback(async (signedIn: SignedIn) => {
    keepToken(signedIn.access_token)
    setMe((await get<Envelope<Me>>('/me')).data)
  }, [])

  const renew = useCallback(async () => {
    const signedIn = await restoreSession()
    if (signedIn) await enter(signedIn)
    else setMe(null)
  }, [enter])

  const leave = useCallback(async () => {
    await post('/session/sign-out').catch(() => undefined)
    keepToken(null)
    setMe(null)
    queries.clear()
  }, [queries])

  useEffect(() => {
    whenSignedOut(() => setMe(null))
    whenRestricted(() => setMe((now) => now && { ...now, restricted: true }))
    renew()
      .catch(() => undefined)
      .finally(() => setRestoring(false))
  }, [renew])

  const session = useMemo(
    () => ({ me, isRestoring, enter, renew, leave }),
    [me, isRestoring, enter, renew, leave],
  )
  return <Context.Provider value={session}>{children}</Context.Provider>
}
