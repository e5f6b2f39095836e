import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { post, put, remove } from '@/api/client'
import { Dialog } from '@/components/dialog'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'

type Found<T> = {
  data: T[] | undefined
  isPending: boolean
  isError: boolean
  error: unknown
  refetch: () => void
}

/** A short name for programs, made of what people read. */
export const makeCode = (label: string) =>
  label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40) || `code-${Date.now().toString(36)}`

/** A list of words that are kept: added, changed and removed. */
export function WordPanel<T extends { id: string }>({
  title,
  says,
  path,
  found,
  mayEdit,
  describe,
  comesWithCampaign = false,
  read,
  fields,
}: {
  title: string
  says: string
  path: string
  found: Found<T>
  mayEdit: boolean
  describe: (one: T) => { name: string; says?: string }
  comesWithCampaign?: boolean
  read: (form: FormData, known: T | null) => object
  fields: (known: T | null) => ReactNode
}) {
  const queries = useQueryClient()
  const [edited, setEdited] = useState<T | 'new' | null>(null)
  const known = edited === 'new' ? null : edited
  const save = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => toast(t('Saved.')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['calling', path] }),
  })
  const close = () => {
    setEdited(null)
    save.reset()
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = read(new FormData(event.currentTarget), known)
    save.mutate(() => (known ? put(`/calling/${path}/${known.id}`, body) : post(`/calling/${path}`, body)), {
      onSuccess: close,
    })
  }
  return (
    <Panel
      title={title}
      actions={
        mayEdit && (
          <Button aria-label={`${title}: ${t('Add')}`} onClick={() => setEdited('new')}>
            {t('Add')}
          </Button>
        )
      }
    >
      <p className="mb-2 text-muted">{says}</p>
      {found.isPending && <Skeleton rows={2} />}
      {found.isError && <ErrorNote error={found.error} retry={found.refetch} />}
      {found.data?.length === 0 && (
        <Empty title={t('None yet')}>
          {comesWithCampaign && t('The usual ones come with your first campaign; change them as you like.')}
        </Empty>
      )}
      <ul className="divide-y divide-line">
        {found.data?.map((one) => {
          const { name, says: more } = describe(one)
          return (
            <li key={one.id} data-testid={path} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="min-w-0 flex-1 basis-24">
                <span className="block break-words font-medium">{name}</span>
                {more && <span className="line-clamp-2 text-muted text-xs">{more}</span>}
              </span>
              {mayEdit && (
                <span className="flex gap-2">
                  <Button aria-label={t('Change {name}', { name })} onClick={() => setEdited(one)}>
                    {t('Change')}
                  </Button>
                  <Button
                    aria-label={t('Remove {name}', { name })}
                    disabled={save.isPending}
                    onClick={() =>
                      save.mutate(() => remove(`/calling/${path}/${one.id}`), {
                        onError: (error) => toast(error.message),
                      })
                    }
                  >
                    {t('Remove')}
                  </Button>
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <Dialog
        title={known ? t('Change {name}', describe(known)) : `${title}: ${t('Add')}`}
        isOpen={edited !== null}
        onClose={close}
      >
        <form onSubmit={submit} className="space-y-3">
          {fields(known)}
          {save.isError && <ErrorNote error={save.error} />}
          <div className="flex flex-wrap gap-2">
            <Button look="primary" type="submit" disabled={save.isPending}>
              {t('Save')}
            </Button>
            <Button onClick={close}>{t('Cancel')}</Button>
          </div>
        </form>
      </Dialog>
    </Panel>
  )
}
