type Look = { word: string; sign: string; look: string }

export const campaignStates: Record<string, Look> = {
  draft: { word: 'Draft', sign: '○', look: 'text-muted' },
  running: { word: 'Running', sign: '▶', look: 'text-good' },
  paused: { word: 'Paused', sign: '‖', look: 'text-warn' },
  draining: { word: 'Running out', sign: '▽', look: 'text-warn' },
  stopped: { word: 'Stopped', sign: '■', look: 'text-muted' },
  done: { word: 'Done', sign: '✓', look: 'text-good' },
}

export const modes: Record<string, { word: string; says: string }> = {
  progressive: {
    word: 'One call for each free colleague',
    says: 'Whoever answers is put through at once. Nobody is ever left waiting.',
  },
  preview: {
    word: 'Colleagues look first',
    says: 'Each sees whom to call next, then calls or skips. For few, valuable leads.',
  },
  power: {
    word: 'Several calls for each free colleague',
    says: 'A fixed number of lines. Less waiting between talks, but some who answer find nobody.',
  },
  predictive: {
    word: 'As many calls as will be answered in time',
    says: 'Learns how many answer and how long talks last; keeps those who find nobody under your limit.',
  },
}

/** What may be done with a campaign in each state. */
export const moves: Record<string, Move[]> = {
  draft: ['start', 'stop'],
  running: ['pause', 'drain', 'stop'],
  paused: ['resume', 'drain', 'stop'],
  draining: ['resume', 'stop'],
  stopped: [],
  done: [],
}
export type Move = 'start' | 'pause' | 'resume' | 'drain' | 'stop'

/** What each of them does, said before it is done. */
export const moveWords: Record<Move, { word: string; says: string; asks: boolean }> = {
  start: { word: 'Start calling', says: 'Calls go out as soon as a colleague is ready.', asks: false },
  pause: {
    word: 'Pause',
    says: 'No new calls; those that are on go on. Colleagues stay signed in.',
    asks: false,
  },
  resume: { word: 'Resume calling', says: 'Calls go out again.', asks: false },
  drain: {
    word: 'Run out',
    says: 'No new calls; when the last one has ended, the campaign is over.',
    asks: true,
  },
  stop: {
    word: 'Stop',
    says: 'Nobody rings any more, and the campaign is over for good. Who is talking is not cut off.',
    asks: true,
  },
}

export const targetStates: Record<string, string> = {
  waiting: 'Waiting',
  leased: 'With a colleague',
  calling: 'Being called',
  callback: 'To be called back',
  done: 'Done with',
}

const reasons: Record<string, string> = {
  one_per_agent: 'one for each free colleague',
  fixed_ratio: 'a fixed number of lines for each free colleague',
  predicted: 'as many as are likely to find a colleague free',
  few_agents: 'too few colleagues to predict, so one for each',
  few_data: 'too few calls yet to predict, so one for each',
  nothing_counted: 'nothing counted yet to predict from, so one for each',
  answers_jumped: 'far more people answer than before, so one for each',
  budget_spent: 'the limit of abandoned calls is near, so one for each',
}
const caps: Record<string, string> = {
  targets: 'nobody else may be called right now',
  concurrency: 'no more lines at once',
  rate: 'no more calls a second',
  lines: 'each colleague has as many lines as they may',
  numbers: 'your numbers were shown as often as your settings allow',
  outage: 'the phone server gets nobody on the line, so one call is tried now and then',
}

/** Why so many calls were placed, and no more. */
export const tellReason = (reason: string) => reasons[reason] ?? reason
export const tellCap = (cap: string) => caps[cap] ?? cap

const refusals: Record<string, string> = {
  do_not_call: 'On the do-not-call list',
  consent_missing: 'No consent to call',
  address_suppressed: 'No consent to call',
  outside_calling_hours: 'Not at this hour where they are',
  called_too_often: 'Called often enough for now',
  number_invalid: 'Number cannot be dialled',
  caller_id_not_local: 'No number of their country to show',
  abandonment_sound_missing: 'No message for when nobody is free',
}

/** Why somebody on the list is not called now, or not any more; what is not known here stands for itself. */
export const refusalWord = (reason: string) => refusals[reason]

/** What the API calls a span of abandonment. */
export const windows: Record<string, string> = {
  day: 'in 24 hours',
  'thirty-days': 'in 30 days',
}

const badNumbers: Record<string, string> = {
  empty: 'no number',
  'not-a-number': 'not a number',
  'too-short': 'too short',
  'too-long': 'too long',
  'country-unknown': 'country not known',
  emergency: 'an emergency number',
  'short-code': 'a short number',
  invalid: 'no such number',
  'kind-refused': 'a kind of number that is not called',
  'unknown-place': 'a zone or country that is none',
  'unclear-consent': 'a consent without its day',
}
export const badNumberWord = (reason: string) => badNumbers[reason.replaceAll('_', '-')] ?? reason
