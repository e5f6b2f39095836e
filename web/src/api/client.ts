import axios, { type AxiosError, type AxiosRequestConfig, type InternalAxiosRequestConfig } from 'axios'
import { findSaid, t } from '@/lib/i18n'
import type { Envelope, Problem, SignedIn } from './types'

/** Why the server refused: its detail, or its title and then the detail where only the title has words here. */
function tell({ title, detail }: Partial<Problem>): string {
  const said = detail || title
  if (!said) return t('The server could not be reached. Check your connection and try again.')
  const kind = title && findSaid(title)
  return findSaid(said) ?? (kind ? `${kind} ${said}` : said)
}

/** A refusal of the server, in plain words of the person's language. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly document: Partial<Problem>,
  ) {
    super(tell(document))
  }
}

const http = axios.create({ baseURL: '/api/v1', timeout: 30_000, paramsSerializer: { indexes: null } })
let accessToken: string | null = null
let refreshing: Promise<SignedIn | null> | null = null
let proving: Promise<boolean> | null = null
let onSignedOut: () => void = () => {}
let onRestricted: () => void = () => {}
let askProof: () => Promise<boolean> = async () => false

// Keys of posts whose answer was lost: sending the same again must not do it twice.
const unanswered = new Map<string, string>()
const describe = (request: InternalAxiosRequestConfig) =>
  `${request.url} ${typeof request.data === 'string' ? request.data : JSON.stringify(request.data ?? null)}`

export const currentToken = () => accessToken
export const whenSignedOut = (then: () => void) => {
  onSignedOut = then
}
/** What to do when the organization begins to demand a second factor that the person does not have. */
export const whenRestricted = (then: () => void) => {
  onRestricted = then
}
/** Who asks the person to show again that it is them; true once they have. */
export const whenProofNeeded = (ask: () => Promise<boolean>) => {
  askProof = ask
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

type Sent = InternalAxiosRequestConfig & { wasRenewed?: boolean; wasProved?: boolean }

http.interceptors.response.use(undefined, async (error: AxiosError<Problem>) => {
  const request = error.config as Sent | undefined
  const document = await readProblem(error.response?.data)
  const isSession = request?.url === '/session/refresh' || request?.url === '/session/sign-out'
  if (request && document.code === 'unauthenticated' && !request.wasRenewed && !isSession) {
    request.wasRenewed = true
    if (await restoreSession()) return http.request(request)
    onSignedOut()
  }
  if (request && document.code === 'proof_needed' && !request.wasProved) {
    request.wasProved = true
    if (await proveAgain()) return http.request(request)
  }
  if (document.code === 'second_factor_missing') onRestricted()
  throw new ApiProblem(error.response?.status ?? 0, document)
})

/** A refusal of a download comes as a file, too. */
async function readProblem(data: unknown): Promise<Partial<Problem>> {
  if (!(data instanceof Blob)) return (data as Problem | undefined) ?? {}
  try {
    return JSON.parse(await data.text())
  } catch {
    return {}
  }
}

function proveAgain(): Promise<boolean> {
  proving ??= askProof().finally(() => {
    proving = null
  })
  return proving
}

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

/** Fetch a file with the person's rights and hand it to the browser's downloads. */
export async function download(url: string, name: string, options?: Options): Promise<void> {
  const answer = await http.get<Blob>(url, { ...options, responseType: 'blob', timeout: 0 })
  const address = URL.createObjectURL(answer.data)
  Object.assign(document.createElement('a'), { href: address, download: name }).click()
  URL.revokeObjectURL(address)
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
