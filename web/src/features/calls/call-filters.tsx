import type { Member } from '@/api/types'
import { Button, Select } from '@/components/ui'
import { t } from '@/lib/i18n'
import type { CallFilter } from './hooks'
import { outcomes } from './words'

export const noFilter: CallFilter = { still: '', outcome: '', member_id: '', lead_id: '' }

/** Which calls to show. */
export function CallFilters({
  filter,
  members,
  leadName,
  onChange,
}: {
  filter: CallFilter
  members: Member[]
  leadName: string | undefined
  onChange: (next: CallFilter) => void
}) {
  const set = (name: keyof CallFilter) => (event: { target: { value: string } }) =>
    onChange({ ...filter, [name]: event.target.value })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select label={t('Whether they are on')} value={filter.still} onChange={set('still')}>
        <option value="">{t('All calls')}</option>
        <option value="on">{t('On now')}</option>
        <option value="over">{t('Over')}</option>
      </Select>
      <Select label={t('How they ended')} value={filter.outcome} onChange={set('outcome')}>
        <option value="">{t('However they ended')}</option>
        {Object.entries(outcomes).map(([outcome, { word }]) => (
          <option key={outcome} value={outcome}>
            {t(word)}
          </option>
        ))}
      </Select>
      <Select label={t('Who called')} value={filter.member_id} onChange={set('member_id')}>
        <option value="">{t('Everybody')}</option>
        {members.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
      {filter.lead_id && (
        <Button onClick={() => onChange({ ...filter, lead_id: '' })}>
          {t('With {name}', { name: leadName ?? t('one lead') })} ✕
          <span className="sr-only">{t('Show all')}</span>
        </Button>
      )}
      {filter !== noFilter && <Button onClick={() => onChange(noFilter)}>{t('Clear')}</Button>}
    </div>
  )
}
