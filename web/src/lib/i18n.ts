import { fill, readSentences } from './sentences'

export const languages = { en: 'English', hi: 'हिन्दी' } as const
export type Language = keyof typeof languages

let language: Language = (localStorage.getItem('language') as Language | null) ?? 'en'
document.documentElement.lang = language
// Only who reads Hindi loads it.
const none = { hi: {}, hiProblems: {}, hiFillings: {} }
const { hi, hiProblems, hiFillings } = language === 'hi' ? await import('./hi').catch(() => none) : none
const hindi = new Map<string, string>(Object.entries(hi))

export const currentLanguage = () => language
export function chooseLanguage(next: Language) {
  language = next
  localStorage.setItem('language', next)
  location.reload()
}

/** The text in the person's language; English is the key, `{name}` is filled in. */
export function t(english: string, values: Record<string, string | number> = {}): string {
  const text = (language === 'hi' && hindi.get(english)) || english
  return fill(text, values)
}

/** A sentence of the server, filled in already, in the person's language; nothing where it has no words there. */
export const findSaid = readSentences(hiProblems, hiFillings)

/** The same, or the sentence as it came. */
export const translate = (sentence: string) => findSaid(sentence) ?? sentence
