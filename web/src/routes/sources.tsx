import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, patch, post } from '@/api/client'
import type { Envelope, Source } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Copyable, ErrorNote, PageFrame, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'

/** Where leads come in: what to copy, and a switch for each. */
export default function Sources() {
  const queries = useQueryClient()
  const sources = useQuery({
    queryKey: ['sources'],
    queryFn: () => get<Envelope<Source[]>>('/sources'),
    select: (answer) => answer.data,
  })
  const save = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sources'] }),
    onError: (error) => toast(error.message),
  })
  const add = (kind: 'email' | 'form', name: string) => save.mutate(() => post('/sources', { kind, name }))
  return (
    <PageFrame
      title={t('Sources')}
      actions={
        <span className="flex gap-2">
          <Button onClick={() => add('email', t('E-mail'))}>{t('Add mail address')}</Button>
          <Button onClick={() => add('form', t('Web form'))}>{t('Add form')}</Button>
        </span>
      }
    >
      {sources.isPending && <Skeleton rows={2} />}
      {sources.isError && <ErrorNote error={sources.error} retry={sources.refetch} />}
      {sources.data?.map((source) => (
        <Panel
          key={source.id}
          title={source.name}
          actions={
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                checked={source.active}
                onChange={(event) =>
                  save.mutate(() => patch(`/sources/${source.id}`, { active: event.target.checked }))
                }
              />
              {t('Takes leads')}
            </label>
          }
        >
          {source.address && (
            <Copyable what={t('Forward or send inquiries to this address')} text={source.address} />
          )}
          {source.form_url && <Copyable what={t('Hosted page')} text={source.form_url} link />}
          {source.snippet && <Copyable what={t('Put this into your own page')} text={source.snippet} />}
        </Panel>
      ))}
    </PageFrame>
  )
}
