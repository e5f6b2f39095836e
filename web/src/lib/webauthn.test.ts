import { expect, test } from 'vitest'
import { readBytes, readCreation, readRequest, writeBytes, writeCredential } from './webauthn'

const bytes = (...values: number[]) => Uint8Array.from(values).buffer

test('bytes travel as base64url without padding and come back', () => {
  expect(writeBytes(bytes(255, 254, 253, 0))).toBe('__79AA')
  expect([...new Uint8Array(readBytes('__79AA'))]).toEqual([255, 254, 253, 0])
  expect(readBytes('').byteLength).toBe(0)
})

test('options for a browser without the JSON readers', () => {
  const made = readCreation({
    challenge: '_w',
    user: { id: 'AQ', name: 'a@example.com' },
    excludeCredentials: [{ id: 'Ag', type: 'public-key' }],
  })
  expect([...new Uint8Array(made.challenge as ArrayBuffer)]).toEqual([255])
  expect([...new Uint8Array(made.user.id as ArrayBuffer)]).toEqual([1])
  expect(made.user.name).toBe('a@example.com')
  expect([...new Uint8Array(made.excludeCredentials?.[0]?.id as ArrayBuffer)]).toEqual([2])
  expect(readRequest({ challenge: '_w' }).allowCredentials).toEqual([])
})

test('an answer of a browser without toJSON', () => {
  const credential = {
    id: 'AQ',
    rawId: bytes(1),
    type: 'public-key',
    authenticatorAttachment: null,
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: bytes(2), signature: bytes(3), userHandle: null },
  }
  expect(writeCredential(credential as unknown as PublicKeyCredential)).toEqual({
    id: 'AQ',
    rawId: 'AQ',
    type: 'public-key',
    authenticatorAttachment: undefined,
    clientExtensionResults: {},
    response: { clientDataJSON: 'Ag', signature: 'Aw' },
  })
})
