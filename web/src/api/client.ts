import axios, { type AxiosError, type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios'
import type { Envelope, Problem, SignedIn } from './types'

/** A refusal of the server, in its own plain words. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly document: Partial<Problem>,
  ) {
    super(
      document.detail ||
        document.title ||
        'The server could not be reached. Check your connection and try again.',
    )
  }
}

const http = axios.create({ baseURL: '/api/v1', timeout: 30_000, paramsSerializer: { indexes: null } })
let accessToken: string | null = null
let refreshing: Promise<SignedIn | null> | null = null
let onSignedOut: () => void = () => {}

// Keys of posts whose answer was lost: sending the same again must not do it twice.
const unanswered = new Map<string, string>()
const describe = (request: InternalAxiosRequestConfig) =>
  `${request.url} ${typeof request.data === 'string' ? request.data : JSON.stringify(request.data ?? null)}`

export const currentToken = () => accessToken
export const whenSignedOut = (then: () => void) => {
  onSignedOut = then
}
export const keepToken = (token: string | null) => {
  accessToken = token
}

http.interceptors.request.use((request: InternalAxiosRequestConfig) => {
  if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`)
  if (request.method === 'post' && !request.headers.has('Idempotency-Key')) {
    const key = unanswered.get(describe(request)) ?? crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
    unanswered.set(describe(request), key)
    request.headers.set('Idempotency-Key', key)
  }
  return request
})

const forget = (request: InternalAxiosRequestConfig | undefined) =>
  request && unanswered.delete(describe(request))

http.interceptors.response.use(
  (answer) => {
    forget(answer.config)
    return answer
  },
  (error: AxiosError<Problem>) => {
    if (error.response) forget(error.config)
    throw error
  },
)

http.interceptors.response.use(undefined, async (error: AxiosError<Problem>) => {
  const request = error.config as (InternalAxiosRequestConfig & { wasRetried?: boolean }) | undefined
  const isSigningIn = request?.url?.startsWith('/sign-') || request?.url?.startsWith('/session/')
  if (error.response?.status === 401 && request && !request.wasRetried && !isSigningIn) {
    request.wasRetried = true
    if (await restoreSession()) return http.request(request)
    onSignedOut()
  }
  throw new ApiProblem(error.response?.status ?? 0, error.response?.data ?? {})
})

/** Exchange the refresh cookie for an access token; tabs take turns, since each refresh token works once. */
export function restoreSession(): Promise<SignedIn | null> {
  refreshing ??= takeTurn(async () => {
    try {
      const answer = await http.post<Envelope<SignedIn>>('/session/refresh')
      accessToken = answer.data.data.access_token
      return answer.data.data
    } catch (reason) {
      if (!(reason instanceof ApiProblem) || reason.status !== 401) throw reason
      accessToken = null
      return null
    }
  }).finally(() => {
    refreshing = null
  })
  return refreshing
}

function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request('session', work) as Promise<T>) : work()
}

type Options = AxiosRequestConfig
export const get = async <T>(url: string, options?: Options) => (await http.get<T>(url, options)).data
export const post = async <T>(url: string, body?: unknown, options?: Options) =>
  (await http.post<T>(url, body, options)).data
export const put = async <T>(url: string, body?: unknown) => (await http.put<T>(url, body)).data
export const patch = async <T>(url: string, body: unknown, options?: Options) =>
  (await http.patch<T>(url, body, options)).data
export const remove = async (url: string) => {
  await http.delete(url)
}
