import { post } from '@/api/client'
import type { Asked, Envelope } from '@/api/types'
import { t } from '@/lib/i18n'
import { askPasskey, createPasskey, PasskeyNotGiven } from '@/lib/webauthn'

type Answer = { token: string; credential: Record<string, unknown> }

async function answer(
  url: string,
  ask: (options: Record<string, unknown>) => Promise<Record<string, unknown>>,
): Promise<Answer> {
  const asked = (await post<Envelope<Asked>>(url)).data
  try {
    return { token: asked.token, credential: await ask(asked.options) }
  } catch (reason) {
    if (!(reason instanceof PasskeyNotGiven)) throw reason
    throw new Error(
      reason.isKnown
        ? t('This device has a passkey for you already.')
        : t('No passkey was used. Try again, or choose another way.'),
    )
  }
}

/** Begin at `url`, have the device sign, and return what the server wants to see. */
export const signByPasskey = (url: string) => answer(url, askPasskey)

/** Begin at `url`, have the device make a passkey, and return what the server wants to keep. */
export const makePasskey = (url: string) => answer(url, createPasskey)
