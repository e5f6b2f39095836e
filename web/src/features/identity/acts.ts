/** Critical acts in words; one that has none here shows its name. */
const words: Record<string, string> = {
  'api_key.created': 'Made an API key',
  'api_key.ended': 'Ended an API key',
  'audit.exported': 'Exported the audit log',
  'call.monitored': 'Listened in on a call',
  'calling_settings.changed': 'Changed how the organization calls',
  'calls.exported': 'Exported calls',
  'consent.given': 'Recorded a consent',
  'consent.withdrawn': 'Recorded a withdrawn consent',
  'consent_text.published': 'Published a consent text',
  'dial_campaign.created': 'Made a campaign',
  'dial_campaign.changed': 'Changed a campaign',
  'dial_campaign.removed': 'Removed a campaign',
  'dial_campaign.start': 'Started a campaign',
  'dial_campaign.pause': 'Paused a campaign',
  'dial_campaign.resume': 'Let a campaign go on',
  'dial_campaign.drain': 'Let a campaign run out',
  'dial_campaign.stop': 'Stopped a campaign',
  'do_not_call.removed': 'Let a number be called again',
  'identity.linked': 'Connected a sign-in of another site',
  'identity.removed': 'Removed a sign-in of another site',
  'import.started': 'Started an import',
  'invitation.withdrawn': 'Withdrew an invitation',
  'job.dropped': 'Gave up failed work for good',
  'job.replayed': 'Ran failed work again',
  'member.invited': 'Invited somebody',
  'member.removed': 'Removed a member',
  'member.role_changed': 'Gave a member another role',
  'member.signed_out': 'Signed a member out everywhere',
  'organization.changed': 'Changed the organization',
  'organization.created': 'Created the organization',
  'passkey.added': 'Added a passkey',
  'passkey.removed': 'Removed a passkey',
  'password.changed': 'Changed the password',
  'password.reset': 'Set a new password by mail',
  'privacy_request.erasure_created': 'Began to erase a person',
  'privacy_request.erasure_finished': 'A person was erased',
  'privacy_request.export_created': 'Began to export a person',
  'privacy_request.export_downloaded': 'Downloaded the data of a person',
  'privacy_request.export_finished': 'The data of a person was gathered',
  'recording.deleted': 'Deleted a recording',
  'recording.played': 'Played a recording',
  'recovery_codes.renewed': 'Made new recovery codes',
  'retention_rule.changed': 'Changed how long data is kept',
  'scoring.changed': 'Changed the scoring',
  'second_factor.added': 'Set up an authenticator app',
  'second_factor.removed': 'Removed the authenticator app',
  'session.ended': 'Ended a session',
  'session.opened': 'Signed in',
  'session.proof_failed': 'Failed to show who they are',
  'session.proved': 'Showed who they are',
  'session.replaced': 'Signed in anew in the same browser',
  'session.signed_out': 'Signed out',
  'session.token_replayed': 'Somebody used an old token; the session was ended',
  'sign_in.failed': 'Somebody gave a wrong password',
  'sign_in.second_factor_failed': 'Somebody gave a wrong code',
  'source.changed': 'Changed a source',
  'source.created': 'Added a source',
  'suppression.added': 'Put an address on the suppression list',
  'suppression.removed': 'Took an address off the suppression list',
}

export const describeAct = (action: string) => words[action] ?? action

/** What the log can be narrowed to: all acts that begin so. */
export const actGroups: [string, string][] = [
  ['session.', 'Sessions'],
  ['sign_in.', 'Failed sign-ins'],
  ['member.', 'Team'],
  ['invitation.', 'Invitations'],
  ['organization.', 'Organization'],
  ['second_factor.', 'Authenticator apps'],
  ['passkey.', 'Passkeys'],
  ['password.', 'Passwords'],
  ['identity.', 'Sign-in with others'],
  ['api_key.', 'API keys'],
  ['source.', 'Sources'],
  ['scoring.', 'Scoring'],
  ['import.', 'Imports'],
  ['privacy_request.', 'Privacy requests'],
  ['consent', 'Consents'],
  ['suppression.', 'Suppression list'],
  ['calling_settings.', 'Calling'],
  ['call.', 'Listening to calls'],
  ['recording.', 'Recordings of calls'],
  ['dial_campaign.', 'Campaigns'],
  ['do_not_call.', 'Do not call'],
  ['retention_rule.', 'Retention'],
  ['audit.', 'Exports of this log'],
]

export type Change = { field: string; before: string | null; after: string | null }
type Values = Record<string, unknown> | null

function write(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(write).join(', ') : JSON.stringify(value)
}

/** What differs between two states, by field; what stayed the same is left out. */
export function findChanges(before: Values, after: Values): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  return fields
    .map((field) => ({ field, before: write(before?.[field]), after: write(after?.[field]) }))
    .filter((one) => one.before !== one.after)
}
