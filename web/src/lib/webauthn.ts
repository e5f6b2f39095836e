/** Passkeys by the browser (WebAuthn level 3); options and answers travel as JSON, as the server writes them. */

type Json = Record<string, unknown>
type FromJson<T> = (options: Json) => T
type Parsers = {
  parseCreationOptionsFromJSON?: FromJson<PublicKeyCredentialCreationOptions>
  parseRequestOptionsFromJSON?: FromJson<PublicKeyCredentialRequestOptions>
}

/** The person or their device said no; `InvalidStateError` is how browsers say that the passkey exists already. */
export class PasskeyNotGiven extends Error {
  constructor(readonly isKnown: boolean) {
    super('No passkey was given.')
  }
}

const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.includes(':')

/** Whether this browser can use passkeys here: they are bound to a name, never to an IP address. */
export const canUsePasskeys = () =>
  typeof PublicKeyCredential !== 'undefined' && window.isSecureContext && !isAddress(location.hostname)

/** Have the device make a passkey; return it as JSON. */
export async function createPasskey(options: Json): Promise<Json> {
  const parse = (PublicKeyCredential as unknown as Parsers).parseCreationOptionsFromJSON
  const publicKey = parse ? parse.call(PublicKeyCredential, options) : readCreation(options)
  return answer(() => navigator.credentials.create({ publicKey }))
}

/** Have the device sign by a passkey it has; return the signature as JSON. */
export async function askPasskey(options: Json): Promise<Json> {
  const parse = (PublicKeyCredential as unknown as Parsers).parseRequestOptionsFromJSON
  const publicKey = parse ? parse.call(PublicKeyCredential, options) : readRequest(options)
  return answer(() => navigator.credentials.get({ publicKey }))
}

async function answer(ask: () => Promise<Credential | null>): Promise<Json> {
  let given: Credential | null
  try {
    given = await ask()
  } catch (reason) {
    throw new PasskeyNotGiven(reason instanceof DOMException && reason.name === 'InvalidStateError')
  }
  if (!given) throw new PasskeyNotGiven(false)
  const credential = given as PublicKeyCredential
  return typeof credential.toJSON === 'function'
    ? (credential.toJSON() as unknown as Json)
    : writeCredential(credential)
}

export function readBytes(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer
}

export const writeBytes = (bytes: ArrayBuffer) =>
  btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const readKeys = (listed: unknown) =>
  ((listed as { id: string }[] | undefined) ?? []).map((one) => ({ ...one, id: readBytes(one.id) }))

export function readCreation(options: Json): PublicKeyCredentialCreationOptions {
  const user = options.user as { id: string }
  return {
    ...options,
    challenge: readBytes(options.challenge as string),
    user: { ...user, id: readBytes(user.id) },
    excludeCredentials: readKeys(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions
}

export function readRequest(options: Json): PublicKeyCredentialRequestOptions {
  return {
    ...options,
    challenge: readBytes(options.challenge as string),
    allowCredentials: readKeys(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions
}

export function writeCredential(credential: PublicKeyCredential): Json {
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const given = names.map((name) => [name, (credential.response as unknown as Json)[name]] as const)
  const response: Json = Object.fromEntries(
    given.flatMap(([name, bytes]) => (bytes instanceof ArrayBuffer ? [[name, writeBytes(bytes)]] : [])),
  )
  return {
    id: credential.id,
    rawId: writeBytes(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  }
}
