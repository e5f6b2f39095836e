import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { get, remove } from '@/api/client'
import type { ApiKey, Envelope, NewApiKey } from '@/api/types'
import { toast } from '@/components/toast'
import { Badge, Button, Copyable, Empty, ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { NewApiKeyForm } from '@/features/identity/new-api-key'
import { describePermission } from '@/features/identity/permissions'
import { ago, exact } from '@/lib/format'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

/** Keys by which programs act in the organization. */
export default function ApiKeys() {
  const queries = useQueryClient()
  const { me } = useSession()
  const [made, setMade] = useState<NewApiKey | null>(null)
  const keys = useQuery({
    queryKey: ['api-keys'],
    queryFn: () => get<Envelope<ApiKey[]>>('/api-keys'),
    select: (answer) => answer.data,
  })
  const end = useMutation({
    mutationFn: (id: string) => remove(`/api-keys/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
    onError: (error) => toast(error.message),
  })
  return (
    <PageFrame title={t('API keys')}>
      <p className="text-muted">
        {t(
          'A program with a key acts in your name, as far as the key allows and never further than your role. Send it as a Bearer token.',
        )}
      </p>
      {made && (
        <Panel
          title={t('Your new key')}
          actions={<Button onClick={() => setMade(null)}>{t('I have kept it')}</Button>}
        >
          <Copyable
            what={t('Copy the secret of “{name}” now. It is shown only once.', { name: made.name })}
            text={made.secret}
          />
        </Panel>
      )}
      <Panel title={t('Keys that work')}>
        {keys.isPending && <Skeleton rows={2} />}
        {keys.isError && <ErrorNote error={keys.error} retry={keys.refetch} />}
        {keys.data?.length === 0 && (
          <Empty title={t('No keys yet')}>
            {t('Make one below for each program that talks to MetaCortex.')}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {keys.data?.map((one) => (
            <li key={one.id} className="flex flex-wrap items-start gap-3 py-3">
              <KeyLine one={one} />
              <Button
                disabled={end.isPending}
                aria-label={t('End the key {name}', { name: one.name })}
                onClick={() => {
                  if (
                    confirm(
                      t('End the key {name}? Programs that use it stop working at once.', { name: one.name }),
                    )
                  )
                    end.mutate(one.id)
                }}
              >
                {t('End')}
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      <NewApiKeyForm permissions={me?.permissions ?? []} onMade={setMade} />
    </PageFrame>
  )
}

function KeyLine({ one }: { one: ApiKey }) {
  const isOver = one.expires_at !== null && new Date(one.expires_at).getTime() <= Date.now()
  return (
    <span className="min-w-0 flex-1 space-y-0.5">
      <span className="flex flex-wrap items-center gap-2">
        <span className="break-words font-medium">{one.name}</span>
        <code className="text-muted text-xs">{one.prefix}…</code>
        {isOver && <Badge tone="bad">{t('Expired')}</Badge>}
      </span>
      <span className="block">{one.scopes.map((scope) => t(describePermission(scope))).join(' · ')}</span>
      <span className="block text-muted text-xs">
        <span title={exact(one.created_at)}>
          {t('Made {when} by {name}', { when: ago(one.created_at), name: one.made_by })}
        </span>{' '}
        · {one.used_at ? t('used {when}', { when: ago(one.used_at) }) : t('never used')} ·{' '}
        {one.expires_at
          ? t('works until {when}', { when: exact(one.expires_at) })
          : t('works until it is ended')}
      </span>
    </span>
  )
}
