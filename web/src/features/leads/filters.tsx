import { useEffect, useRef, useState } from 'react'
import type { Member } from '@/api/types'
import { Select } from '@/components/ui'
import { t } from '@/lib/i18n'
import type { BoardFilter } from './cache'
import { bands, intents } from './words'

const TYPING_MS = 200

export function Filters({
  filter,
  members,
  sources,
  onChange,
}: {
  filter: BoardFilter
  members: Member[]
  sources: string[]
  onChange: (filter: BoardFilter) => void
}) {
  const [typed, setTyped] = useState(filter.q)
  const search = useRef<HTMLInputElement>(null)
  const set = (part: Partial<BoardFilter>) => onChange({ ...filter, ...part })

  useEffect(() => {
    if (typed === filter.q) return
    const timer = setTimeout(() => onChange({ ...filter, q: typed }), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed, filter, onChange])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || /INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)) return
      event.preventDefault()
      search.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="grid grid-cols-2 items-center gap-2 px-3 py-2 sm:flex sm:flex-wrap">
      <input
        ref={search}
        type="search"
        aria-label={t('Search leads')}
        placeholder={t('Search leads')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="pressable col-span-2 w-full rounded-md border border-line bg-raised px-3 sm:w-64"
      />
      <Select label={t('Band')} value={filter.band} onChange={(event) => set({ band: event.target.value })}>
        <option value="">{t('Every band')}</option>
        {Object.entries(bands).map(([band, { word }]) => (
          <option key={band} value={band}>
            {t(word)}
          </option>
        ))}
      </Select>
      <Select
        label={t('Intent')}
        value={filter.intent}
        onChange={(event) => set({ intent: event.target.value })}
      >
        <option value="">{t('Every intent')}</option>
        {Object.entries(intents).map(([intent, words]) => (
          <option key={intent} value={intent}>
            {t(words)}
          </option>
        ))}
      </Select>
      <Select
        label={t('Owner')}
        value={filter.owner_id}
        onChange={(event) => set({ owner_id: event.target.value })}
      >
        <option value="">{t('Every owner')}</option>
        {members.map((member) => (
          <option key={member.id} value={member.id}>
            {member.name}
          </option>
        ))}
      </Select>
      <Select
        label={t('Source')}
        value={filter.source}
        onChange={(event) => set({ source: event.target.value })}
      >
        <option value="">{t('Every source')}</option>
        {sources.map((source) => (
          <option key={source} value={source}>
            {source}
          </option>
        ))}
      </Select>
      <Select
        label={t('Order')}
        value={filter.sort}
        onChange={(event) => set({ sort: event.target.value as BoardFilter['sort'] })}
      >
        <option value="newest">{t('Newest')}</option>
        <option value="score">{t('Highest score')}</option>
      </Select>
    </div>
  )
}
