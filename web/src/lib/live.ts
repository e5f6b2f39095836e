import { useEffect, useRef, useState } from 'react'
import { currentToken, restoreSession } from '@/api/client'

export type LiveMessage = { type: string; data?: Record<string, unknown>; token?: string }

/** Follow the organization's events; after a lost connection nothing is missed, since it resumes by token. */
export function useLive(onMessage: (message: LiveMessage) => void): boolean {
  const [isConnected, setConnected] = useState(true)
  const handler = useRef(onMessage)
  handler.current = onMessage

  useEffect(() => {
    let socket: WebSocket | null = null
    let resumeToken = ''
    let failures = 0
    let timer: ReturnType<typeof setTimeout>
    let isOver = false

    const connect = () => {
      const address = new URL('/api/v1/live', location.href)
      address.protocol = address.protocol.replace('http', 'ws')
      address.search = new URLSearchParams({ since: resumeToken }).toString()
      socket = new WebSocket(address, ['metacortex.live', currentToken() || 'none'])
      socket.onmessage = (event) => {
        const message = JSON.parse(event.data) as LiveMessage
        failures = 0
        setConnected(true)
        const isFirst = message.type === 'ready'
        const isFirstConnection = isFirst && !resumeToken
        if (message.token && !(isFirst && resumeToken)) resumeToken = message.token
        // What was loaded before the first connection stood may have missed something.
        handler.current(isFirstConnection ? { ...message, type: 'reset' } : message)
      }
      socket.onclose = async (event) => {
        if (isOver) return
        failures += 1
        if (failures > 1) setConnected(false)
        if (event.code === 4401) await restoreSession()
        timer = setTimeout(connect, Math.min(250 * 2 ** failures, 10_000) * (0.5 + Math.random()))
      }
    }
    connect()
    return () => {
      isOver = true
      clearTimeout(timer)
      socket?.close()
    }
  }, [])
  return isConnected
}
