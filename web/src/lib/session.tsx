import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { get, keepToken, post, restoreSession, whenSignedOut } from '@/api/client'
import type { Envelope, Me, SignedIn } from '@/api/types'

type Session = {
  me: Me | null
  isRestoring: boolean
  enter: (signedIn: SignedIn) => Promise<void>
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
  const [isRestoring, setRestoring] = useState(true)

  const enter = useCallback(async (signedIn: SignedIn) => {
    keepToken(signedIn.access_token)
    setMe((await get<Envelope<Me>>('/me')).data)
  }, [])

  const leave = useCallback(async () => {
    await post('/session/sign-out').catch(() => undefined)
    keepToken(null)
    setMe(null)
  }, [])

  useEffect(() => {
    whenSignedOut(() => setMe(null))
    restoreSession()
      .then((signedIn) => signedIn && enter(signedIn))
      .catch(() => undefined)
      .finally(() => setRestoring(false))
  }, [enter])

  const session = useMemo(() => ({ me, isRestoring, enter, leave }), [me, isRestoring, enter, leave])
  return <Context.Provider value={session}>{children}</Context.Provider>
}
