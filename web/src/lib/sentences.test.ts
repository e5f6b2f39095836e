import { expect, it } from 'vitest'
import { hiFillings, hiProblems } from './hi-problems'
import { readSentences } from './sentences'

const say = readSentences(hiProblems, hiFillings)

it('says a sentence that is filled in by its own places', () => {
  expect(say('Choose between 1 and 400 days.')).toBe('1 से 400 दिन के बीच चुनें।')
  expect(say('Only one column can be the time_zone. Set the others to ignore.')).toContain('समय क्षेत्र')
  expect(say('India allows calls mon-fri 10:00-21:00, sat never; it is Sunday 22:05 in Asia/Kolkata.')).toBe(
    'भारत के नियम से कॉल का समय: सोम-शुक्र 10:00-21:00, शनि कभी नहीं; Asia/Kolkata में अभी रविवार 22:05 है।',
  )
  expect(say('Germany allows no calls on 03 October 2026, a public holiday there.')).toContain(
    '03 अक्टूबर 2026',
  )
})

it('leaves what somebody wrote as it is', () => {
  expect(say('The file has no column named “phone”.')).toContain('“phone”')
  expect(say('+49 (1) x: That is no beginning of numbers. Write it as +4930*.')).toMatch(/^\+49 \(1\) x: /)
})

it('knows no sentence but those of its texts', () => {
  expect(say('Choose between 1 and 400 days!')).toBeUndefined()
  expect(say('constructor')).toBeUndefined()
})

it('has each of its sentences by itself, and no words for a place that none has', () => {
  const forms = Object.entries(hiProblems).filter(([english]) => english.includes('{'))
  const wrong = forms.filter(([english, hindi]) => say(english) !== hindi)
  expect(wrong).toEqual([])
  const places = forms.flatMap(([english]) => [...english.matchAll(/\{(\w+)\}/g)].map((one) => one[1]))
  expect(Object.keys(hiFillings).filter((place) => !places.includes(place))).toEqual([])
})
