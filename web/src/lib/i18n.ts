export const languages = { en: 'English', hi: 'हिन्दी' } as const
export type Language = keyof typeof languages

let language: Language = (localStorage.getItem('language') as Language | null) ?? 'en'
document.documentElement.lang = language
// Only who reads Hindi loads it.
const { hi } = language === 'hi' ? await import('./hi').catch(() => ({ hi: {} })) : { hi: {} }
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
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}
