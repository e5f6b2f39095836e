import { beforeEach, expect, it, vi } from 'vitest'

const hours = {
  title: 'It is not the hour to call this person. Call when their day allows it.',
  detail: 'India allows calls mon-sun 10:00-21:00; it is Monday 22:10 in Asia/Kolkata.',
}
const invalid = { title: 'Some of what was sent cannot be used.', detail: 'name: Field required' }

/** What is shown of refusals to whom reads this language. */
async function read(language: string): Promise<(document: { title?: string; detail?: string }) => string> {
  vi.stubGlobal('localStorage', { getItem: () => language })
  vi.stubGlobal('document', { documentElement: {} })
  const { ApiProblem } = await import('./client')
  return (document) => new ApiProblem(409, document).message
}

beforeEach(() => vi.resetModules())

it('tells a refusal in the words of the server', async () => {
  const say = await read('en')
  expect(say(hours)).toBe(hours.detail)
  expect(say({ title: 'There is no such call.' })).toBe('There is no such call.')
  expect(say({})).toMatch(/^The server could not be reached/)
})

it('tells a refusal in Hindi', async () => {
  const say = await read('hi')
  expect(say({ title: 'There is no such call.', detail: 'There is no such call.' })).toBe(
    'ऐसी कोई कॉल नहीं है।',
  )
  expect(say(hours)).toBe('भारत के नियम से कॉल का समय: सोम-रवि 10:00-21:00; Asia/Kolkata में अभी सोमवार 22:10 है।')
  expect(say({})).toMatch(/^सर्वर तक नहीं पहुँच सके/)
})

it('keeps in Hindi what only an English detail says', async () => {
  const say = await read('hi')
  expect(say(invalid)).toBe('भेजी गई कुछ बातें काम नहीं आ सकतीं। name: Field required')
  expect(say({ title: 'A new title.', detail: 'A new detail.' })).toBe('A new detail.')
})
