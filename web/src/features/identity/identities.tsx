import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post, remove } from '@/api/client'
import type { Authorization, Envelope, Identity } from '@/api/types'
import { Button, ErrorNote, Panel } from '@/components/ui'
import { ago } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useProviders } from './other-ways'

/** Other sites that sign the person in; nothing where none is set up. */
export function Identities() {
  const queries = useQueryClient()
  const providers = useProviders()
  const identities = useQuery({
    queryKey: ['identities'],
    queryFn: () => get<Envelope<Identity[]>>('/me/identities'),
    select: (answer) => answer.data,
    enabled: providers.isSuccess,
    retry: false,
  })
  const add = useMutation({
    mutationFn: (provider: string) =>
      post<Envelope<Authorization>>('/me/identities', { provider, next: '/security' }),
    onSuccess: (answer) => location.assign(answer.data.authorization_url),
  })
  const end = useMutation({
    mutationFn: (id: string) => remove(`/me/identities/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['identities'] }),
  })
  if (!providers.data?.length && !identities.data?.length) return null
  return (
    <Panel title={t('Sign-in with others')}>
      {identities.data?.length === 0 && (
        <p className="text-muted">{t('Connect a site that knows you, and sign in without a password.')}</p>
      )}
      <ul className="divide-y divide-line">
        {identities.data?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{one.provider}</span>
              <span className="block break-words text-muted text-xs">
                {one.email} · {t('Added {when}', { when: ago(one.created_at) })}
              </span>
            </span>
            <Button onClick={() => end.mutate(one.id)}>{t('Remove')}</Button>
          </li>
        ))}
      </ul>
      {(add.error ?? end.error) && <ErrorNote error={add.error ?? end.error} />}
      <div className="mt-3 flex flex-wrap gap-2">
        {providers.data?.map((one) => (
          <Button key={one.id} disabled={add.isPending} onClick={() => add.mutate(one.id)}>
            {t('Connect {name}', { name: one.name })}
          </Button>
        ))}
      </div>
    </Panel>
  )
}
