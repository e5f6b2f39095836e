import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { download, get } from '@/api/client'
import type { AuditEntry, Envelope, Member, Page } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Empty, ErrorNote, PageFrame, Panel, Select, Skeleton, TextField } from '@/components/ui'
import { actGroups } from '@/features/identity/acts'
import { AuditLine } from '@/features/identity/audit-entry'
import { t } from '@/lib/i18n'

type Filters = { action: string; actor_id: string; since: string; until: string }
const nothing: Filters = { action: '', actor_id: '', since: '', until: '' }

/** The filters as the API wants them: days become their first and last moment in the person's zone. */
function asParams(filters: Filters): Record<string, string> {
  const moments = {
    ...filters,
    since: filters.since && new Date(`${filters.since}T00:00:00`).toISOString(),
    until: filters.until && new Date(`${filters.until}T23:59:59.999`).toISOString(),
  }
  return Object.fromEntries(Object.entries(moments).filter(([, value]) => value !== ''))
}

/** Every critical act in the organization, the newest first. */
export default function Audit() {
  const [filters, setFilters] = useState(nothing)
  const params = asParams(filters)
  const entries = useInfiniteQuery({
    queryKey: ['audit', params],
    queryFn: ({ pageParam }) =>
      get<Page<AuditEntry>>('/audit', { params: pageParam ? { ...params, cursor: pageParam } : params }),
    initialPageParam: '',
    getNextPageParam: (last) => last.meta.next_cursor,
    staleTime: 0,
  })
  const exporting = useMutation({
    mutationFn: () => download('/audit/export', 'audit.ndjson', { params }),
    onError: (error) => toast(error.message),
  })
  const found = entries.data?.pages.flatMap((page) => page.data)
  const isNarrowed = Object.keys(params).length > 0
  return (
    <PageFrame
      title={t('Audit log')}
      actions={
        <Button disabled={exporting.isPending} onClick={() => exporting.mutate()}>
          {t('Export')}
        </Button>
      }
    >
      <AuditFilters filters={filters} onChange={setFilters} />
      <Panel>
        {entries.isPending && <Skeleton rows={5} />}
        {entries.isError && <ErrorNote error={entries.error} retry={entries.refetch} />}
        {found?.length === 0 && (
          <Empty title={t(isNarrowed ? 'Nothing fits' : 'Nothing happened yet')}>
            {t(isNarrowed ? 'Widen the filters to see more.' : 'Critical acts appear here as they happen.')}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {found?.map((entry) => (
            <AuditLine key={entry.id} entry={entry} />
          ))}
        </ul>
        {entries.hasNextPage && (
          <More isLoading={entries.isFetchingNextPage} onMore={() => entries.fetchNextPage()} />
        )}
      </Panel>
    </PageFrame>
  )
}

function AuditFilters({ filters, onChange }: { filters: Filters; onChange: (next: Filters) => void }) {
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => get<Envelope<Member[]>>('/members'),
    select: (answer) => answer.data,
  })
  const set = (name: keyof Filters) => (event: { target: { value: string } }) =>
    onChange({ ...filters, [name]: event.target.value })
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Select label={t('Kind of act')} value={filters.action} onChange={set('action')}>
        <option value="">{t('All acts')}</option>
        {actGroups.map(([prefix, name]) => (
          <option key={prefix} value={prefix}>
            {t(name)}
          </option>
        ))}
      </Select>
      <Select label={t('Who')} value={filters.actor_id} onChange={set('actor_id')}>
        <option value="">{t('Everybody')}</option>
        {members.data?.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
      <span className="flex flex-wrap gap-3">
        <TextField label={t('Since')} type="date" value={filters.since} onChange={set('since')} />
        <TextField label={t('Until')} type="date" value={filters.until} onChange={set('until')} />
      </span>
      {filters !== nothing && <Button onClick={() => onChange(nothing)}>{t('Clear')}</Button>}
    </div>
  )
}

/** Loads on when it comes into view, or when it is pressed. */
function More({ isLoading, onMore }: { isLoading: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  const load = useRef(onMore)
  load.current = onMore
  useEffect(() => {
    const observer = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting && !isLoading) load.current()
    })
    if (end.current) observer.observe(end.current)
    return () => observer.disconnect()
  }, [isLoading])
  return (
    <div ref={end} className="flex justify-center pt-3">
      <Button disabled={isLoading} onClick={onMore}>
        {t('Show earlier acts')}
      </Button>
    </div>
  )
}
