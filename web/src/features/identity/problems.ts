import { t } from '@/lib/i18n'

// A map, as the address is anybody's to write and an object also has what every object has.
const words = new Map(
  Object.entries({
    provider_unavailable:
      'The page you wanted to sign in with does not answer. Try again in a moment, or sign in another way.',
    attempt_not_valid: 'This sign-in took too long or began in another browser. Start it again here.',
    sign_in_cancelled:
      'You did not finish signing in on the other page. Start again, or sign in another way.',
    identity_not_proved:
      'What the other page says about you could not be verified. Start again; if it stays so, tell your admin.',
    invitation_for_another:
      'The invitation is for another e-mail address. Sign in with that one, or ask for a new invitation.',
    invitation_not_found: 'This invitation was used, withdrawn or is too old. Ask for a new one.',
    email_not_verified:
      'Your e-mail address is not verified there. Verify it there, or sign in by password and add it under Security.',
    sign_in_and_link:
      'An account with your e-mail address exists. Sign in to it by password, then add this sign-in under Security.',
    identity_in_use:
      'This sign-in belongs to another account here. Remove it there first, or use another one.',
    not_a_member: 'You are not a member of an organization yet. Ask one of its owners for an invitation.',
  }),
)

/** What went wrong on the way back from another site, in words; null where the address names nothing. */
export function problemOfAddress(): string | null {
  const code = new URLSearchParams(location.search).get('problem')
  if (code === null) return null
  return t(words.get(code) ?? 'Signing in did not work. Try again, or sign in another way.')
}
