/** A text with its places `{name}` filled in. */
export const fill = (text: string, values: Record<string, string | number>) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))

const readForm = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`)

/**
 * Recognizes sentences of one language that are filled in already, and says them in another.
 *
 * What fills a place is said by the words of that place, whole or word by word, and otherwise stays as it is; so does
 * what stands before a sentence and a colon.
 */
export function readSentences(
  texts: Record<string, string>,
  fillings: Record<string, Record<string, string>>,
): (sentence: string) => string | undefined {
  const forms = Object.entries(texts)
    .filter(([english]) => /\{\w+\}/.test(english))
    .map(([english, text]) => ({ form: readForm(english), text }))
  const sayFilling = ([place, value]: [string, string]) => {
    const words = fillings[place] ?? {}
    return [place, words[value] ?? value.replace(/[a-z]+/gi, (word) => words[word] ?? word)]
  }
  const say = (sentence: string): string | undefined => {
    if (Object.hasOwn(texts, sentence)) return texts[sentence]
    for (const { form, text } of forms) {
      const found = form.exec(sentence)?.groups
      if (found) return fill(text, Object.fromEntries(Object.entries(found).map(sayFilling)))
    }
    const [, about, rest] = /^([^:]+: )(.+)$/.exec(sentence) ?? []
    const said = rest && say(rest)
    return said && `${about}${said}`
  }
  return say
}
