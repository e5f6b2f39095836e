import ts from 'typescript'
import { expect, it } from 'vitest'
import { hi } from './hi'

const sources = import.meta.glob<string>(
  ['../{api,components,features,routes,lib}/**/*.{ts,tsx}', '!../**/*.{test,d}.ts'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
)
const PROPER_NAMES = new Set(['MetaCortex'])

/** The texts that an expression may become; what only decides between them is none. */
function listTexts(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...listTexts(node.whenTrue), ...listTexts(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return listTexts(node.expression)
  if (ts.isBinaryExpression(node)) return [...listTexts(node.left), ...listTexts(node.right)]
  return []
}

/** Sentences in a table of words at the top of a file. */
function listTable(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node))
    return /^[A-Z{][^/]*[a-z]|^[a-z]+(,? [a-z]+)+$/.test(node.text) ? [node.text] : []
  const found: string[] = []
  node.forEachChild((child) => {
    if (!ts.isArrowFunction(child)) found.push(...listTable(child))
  })
  return found
}

/** Every text that a file shows through `t`: said there, or kept in its tables of words. */
function listShown(source: string): string[] {
  const file = ts.createSourceFile('one.tsx', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const walk = (node: ts.Node): void => {
    const said = ts.isCallExpression(node) && node.expression.getText() === 't' ? node.arguments[0] : null
    if (said) found.push(...listTexts(said))
    node.forEachChild(walk)
  }
  walk(file)
  for (const statement of file.statements)
    if (ts.isVariableStatement(statement))
      for (const { initializer } of statement.declarationList.declarations)
        if (initializer && !ts.isArrowFunction(initializer)) found.push(...listTable(initializer))
  return found
}

const shown = Object.entries(sources).flatMap(([path, source]) =>
  path.startsWith('./') ? [] : listShown(source).map((text) => ({ path, text })),
)

it('finds texts where they are said and where they are kept', () => {
  const source = `const words: Record<string, string> = { a: 'Kept here', b: 'text-bad', c: 'and here' }
    const say = () => t(isOn ? 'Yes' : 'No')`
  expect(listShown(source)).toEqual(['Yes', 'No', 'Kept here', 'and here'])
  expect(shown.length).toBeGreaterThan(800)
})

it('has a Hindi text for every English one', () => {
  const missing = shown.filter(({ text }) => text && !PROPER_NAMES.has(text) && !(text in hi))
  expect([...new Set(missing.map(({ path, text }) => `${path}: ${text}`))]).toEqual([])
})

it('fills the same places in both languages', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  const wrong = Object.entries(hi).filter(
    ([english, text]) => String(places(english)) !== String(places(text)),
  )
  expect(wrong).toEqual([])
})
