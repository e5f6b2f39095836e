import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { get, put } from '@/api/client'
import type { Envelope, RetentionRule } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { kindsOfData } from './words'

/** For how many days each kind of data is kept. */
export function Retention({ mayEdit }: { mayEdit: boolean }) {
  const queries = useQueryClient()
  const rules = useQuery({
    queryKey: ['retention'],
    queryFn: () => get<Envelope<RetentionRule[]>>('/privacy/retention'),
    select: (answer) => answer.data,
  })
  const save = useMutation({
    mutationFn: ({ kind, days }: { kind: string; days: number }) =>
      put(`/privacy/retention/${kind}`, { keep_days: days }),
    onSuccess: () => {
      toast(t('Saved. It counts from tonight on.'))
      queries.invalidateQueries({ queryKey: ['retention'] })
    },
    onError: (error) => toast(error.message),
  })
  const submit = (kind: string) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate({ kind, days: Number(new FormData(event.currentTarget).get('days')) })
  }
  return (
    <Panel title={t('How long data is kept')}>
      {rules.isPending && <Skeleton rows={2} />}
      {rules.isError && <ErrorNote error={rules.error} retry={rules.refetch} />}
      <ul className="divide-y divide-line">
        {rules.data?.map((one) => {
          const name = t(kindsOfData[one.kind] ?? one.kind)
          return (
            <li key={`${one.kind}-${one.keep_days}`} className="py-2">
              <form onSubmit={submit(one.kind)} className="flex flex-wrap items-center gap-3">
                <span className="min-w-0 flex-1">
                  <span className="block font-medium">{name}</span>
                  <span className="block text-muted text-xs">
                    {t('Usually {usual} days, at most {most}.', {
                      usual: one.default_days,
                      most: one.most_days,
                    })}
                  </span>
                </span>
                <label className="flex items-center gap-2">
                  <span className="sr-only">{t('Days to keep: {what}', { what: name })}</span>
                  <input
                    type="number"
                    name="days"
                    min={1}
                    max={one.most_days}
                    required
                    disabled={!mayEdit}
                    defaultValue={one.keep_days}
                    className="pressable w-20 rounded-md border border-line bg-raised px-2 py-1 text-right"
                  />
                  {t('days')}
                </label>
                {mayEdit && (
                  <Button
                    type="submit"
                    disabled={save.isPending}
                    aria-label={t('Save {what}', { what: name })}
                  >
                    {t('Save')}
                  </Button>
                )}
              </form>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
