import { ApiProblem } from '@/api/client'
import { exact } from '@/lib/format'
import { t } from '@/lib/i18n'

type Look = { word: string; sign: string; look: string }

/** How a call ended: a word, a sign beside it, and a colour that only repeats them. */
export const outcomes: Record<string, Look> = {
  answered: { word: 'Answered', sign: '✓', look: 'text-good' },
  busy: { word: 'Busy', sign: '◐', look: 'text-warn' },
  'no-answer': { word: 'Nobody answered', sign: '○', look: 'text-warn' },
  'invalid-number': { word: 'No such number', sign: '✕', look: 'text-bad' },
  rejected: { word: 'Turned away', sign: '⊘', look: 'text-warn' },
  congestion: { word: 'Network busy', sign: '≋', look: 'text-warn' },
  failed: { word: 'Could not be put through', sign: '✕', look: 'text-bad' },
  cancelled: { word: 'Stopped before an answer', sign: '□', look: 'text-muted' },
  lost: { word: 'How it ended is not known', sign: '?', look: 'text-muted' },
  machine: { word: 'An answering machine', sign: '⌂', look: 'text-info' },
  abandoned: { word: 'Answered, but no colleague was there', sign: '!', look: 'text-bad' },
  'agent-unreached': { word: 'Your side did not pick up', sign: '↩', look: 'text-warn' },
  'agent-left': { word: 'Your side hung up first', sign: '↩', look: 'text-muted' },
}
export const outcomeOf = (outcome: string | null): Look =>
  outcomes[outcome ?? ''] ?? { word: outcome ?? 'Still on', sign: '●', look: 'text-good' }

/** What became of a request to call: what it is called, what to do next, and where. */
export type Refusal = {
  title: string
  text: string
  page?: '/calling' | '/do-not-call' | '/privacy'
  pageName?: string
}

type Said = { opens_at?: string | null; detail?: string; title?: string; code?: string }

const phone: Pick<Refusal, 'page' | 'pageName'> = { page: '/calling', pageName: 'To the calling settings' }

/** What to say to a member who has no phone yet. */
export const noOwnPhone = (): Refusal => ({
  title: t('Which phone is yours?'),
  text: t('Say where your phone rings first; then one press calls.'),
  ...phone,
})

/** A refusal to call as what to do next, in the viewer's words and time. */
export function tellRefusal(error: unknown): Refusal {
  const said = (error instanceof ApiProblem ? error.document : {}) as Said
  const text = error instanceof Error ? error.message : t('Something went wrong.')
  const opens = said.opens_at ? t('That is {time} your time.', { time: exact(said.opens_at) }) : ''
  switch (said.code) {
    case 'outside_calling_hours':
      return { title: t('Not at this hour'), text: `${text} ${opens}`.trim() }
    case 'called_too_often':
      return { title: t('Called often enough for now'), text: `${text} ${opens}`.trim() }
    case 'do_not_call':
      return {
        title: t('On the do-not-call list'),
        text: [
          t('This number is on your do-not-call list, so it was not called.'),
          said.detail &&
            said.detail !== said.title &&
            t('The reason given: {reason}', { reason: said.detail }),
        ]
          .filter(Boolean)
          .join(' '),
        page: '/do-not-call',
        pageName: 'To the do-not-call list',
      }
    case 'consent_missing':
    case 'address_suppressed':
      return { title: t('No consent to call'), text }
    case 'agent_busy':
      return { title: t('You are on a call already'), text: t('End it first, or let a colleague call.') }
    case 'caller_id_unknown':
      return { title: t('Not one of your numbers'), text, ...phone }
    case 'number_invalid':
      return { title: t('This number cannot be called'), text }
    case 'calls_unavailable':
    case 'call_refused':
      return { title: t('The phone server is away'), text }
    default:
      return { title: t('Not called'), text }
  }
}
