type Look = { word: string; sign: string; look: string }

/** What an agent is doing: a word, a sign beside it, and a colour that only repeats them. */
export const agentStates: Record<string, Look> = {
  offline: { word: 'Offline', sign: '○', look: 'text-muted' },
  ready: { word: 'Ready', sign: '●', look: 'text-good' },
  reserved: { word: 'A call is being placed', sign: '◔', look: 'text-info' },
  on_call: { word: 'On a call', sign: '◉', look: 'text-accent' },
  wrap_up: { word: 'Wrap-up', sign: '✎', look: 'text-warn' },
  paused: { word: 'Paused', sign: '‖', look: 'text-warn' },
}

export const agentStateOf = (state: string): Look =>
  agentStates[state] ?? { word: state, sign: '?', look: 'text-muted' }

/** What a way to end a conversation means for the person who was called. */
export const effects: Record<string, string> = {
  done: 'Not called again',
  again: 'Called again later',
  callback: 'Called back at the agreed time',
  'do-not-call': 'Never called again by anybody here',
}
