/** A text with its places `{name}` filled in. */
export const fill = (text: string, values: Record<string, string | number>) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))

const readForm = (text: string) =>
  new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`)

/**
 * Recognizes sentences of one language that are filled in already, and says them in another.
 *
 * What fills a place is said by the words of that place, whole or word by word, and otherwise stays as it is.
 */
export function readSentences(
  texts: Record<string, string>,
  fillings: Record<string, Record<string, string>>,
): (sentence: string) => string | undefined {
  const forms = Object.keys(texts)
    .filter((text) => /\{\w+\}.*\.$/.test(text))
    .map((text) => ({ text: texts[text] ?? text, form: readForm(text) }))
  const say = ([place, value]: [string, string]) => {
    const words = fillings[place] ?? {}
    return [place, words[value] ?? value.replace(/[a-z]+/gi, (word) => words[word] ?? word)]
  }
  return (sentence) => {
    if (Object.hasOwn(texts, sentence)) return texts[sentence]
    for (const { text, form } of forms) {
      const found = form.exec(sentence)?.groups
      if (found) return fill(text, Object.fromEntries(Object.entries(found).map(say)))
    }
  }
}
