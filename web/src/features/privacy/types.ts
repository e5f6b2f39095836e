/** Shapes of the privacy API, until they are in the generated schema. */
export type RequestKind = 'export' | 'erasure'
export type PrivacyRequest = {
  id: string
  kind: RequestKind
  status: 'running' | 'done' | 'failed'
  parts: Record<string, { counts: Record<string, number> }>
  received_at: string
  due_at: string
  finished_at: string | null
  expires_at: string | null
}
export type ConsentText = {
  id: string
  purpose: string
  channel: string
  language: string
  version: number
  text: string
  published_at: string
}
export type SuppressionCount = { address_kind: 'email' | 'phone'; reason: string; count: number }
export type Suppressed = { suppressed: boolean; reasons: { reason: string; created_at: string }[] }
export type RetentionRule = {
  kind: string
  keep_days: number
  default_days: number
  most_days: number
  changed_at: string | null
}
