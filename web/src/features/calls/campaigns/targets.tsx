import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Disposition, Target } from '@/api/types'
import { Button, Empty, ErrorNote, Panel, Select, Skeleton } from '@/components/ui'
import { coming, phone } from '@/lib/format'
import { t } from '@/lib/i18n'
import { outcomes } from '../words'
import { useTargets } from './hooks'
import { refusalWord, targetStates } from './words'

type Named = { memberName: (memberId: string) => string | undefined; dispositions: Disposition[] }

/** Everybody on the list: where they stand, and why. */
export function Targets({
  campaignId,
  isRunning,
  ...named
}: Named & { campaignId: string; isRunning: boolean }) {
  const [state, setState] = useState('')
  const targets = useTargets(campaignId, state, isRunning)
  const found = targets.data?.pages.flatMap((page) => page.data)
  return (
    <Panel
      title={t('Who is on the list')}
      actions={
        <Select
          label={t('Where they stand')}
          value={state}
          onChange={(event) => setState(event.target.value)}
        >
          <option value="">{t('Everybody')}</option>
          {Object.entries(targetStates).map(([one, word]) => (
            <option key={one} value={one}>
              {t(word)}
            </option>
          ))}
        </Select>
      }
    >
      {targets.isPending && <Skeleton rows={3} />}
      {targets.isError && <ErrorNote error={targets.error} retry={targets.refetch} />}
      {found?.length === 0 && <Empty title={t(state ? 'Nobody stands there' : 'Nobody on the list yet')} />}
      {found && found.length > 0 && (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t('Who is on the list')}>
          <table className="w-full text-left">
            <thead className="text-muted text-xs">
              <tr>
                <th scope="col" className="py-1 pr-3 font-normal">
                  {t('Person')}
                </th>
                <th scope="col" className="py-1 pr-3 font-normal">
                  {t('Where they stand')}
                </th>
                <th scope="col" className="py-1 pr-3 text-right font-normal max-sm:hidden">
                  {t('Attempts')}
                </th>
                <th scope="col" className="py-1 font-normal max-sm:hidden">
                  {t('Why, and when next')}
                </th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <Line key={one.id} target={one} {...named} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {targets.hasNextPage && (
        <div className="flex justify-center pt-3">
          <Button disabled={targets.isFetchingNextPage} onClick={() => targets.fetchNextPage()}>
            {t('Show more')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Line({ target, memberName, dispositions }: Named & { target: Target }) {
  const name = target.name ?? phone(target.number)
  const said = [tellWhy(target, dispositions), tellNext(target, memberName)].filter(Boolean).join(' · ')
  return (
    <tr data-testid="target" className="border-line border-t align-top">
      <td className="py-1 pr-3">
        {target.lead_id ? (
          <Link
            to="/leads/$leadId"
            params={{ leadId: target.lead_id }}
            className="whitespace-nowrap text-accent underline"
          >
            {name}
          </Link>
        ) : (
          <span className="whitespace-nowrap">{name}</span>
        )}
        {target.name && (
          <span className="block whitespace-nowrap text-muted text-xs">{phone(target.number)}</span>
        )}
      </td>
      <td className="py-1 sm:whitespace-nowrap sm:pr-3">
        {t(targetStates[target.state] ?? target.state)}
        <span className="block text-muted text-xs sm:hidden">{said}</span>
      </td>
      <td className="py-1 pr-3 text-right max-sm:hidden">{target.attempts || ''}</td>
      <td className="py-1 max-sm:hidden">{said}</td>
    </tr>
  )
}

/** Why somebody stands where they do: a refusal, how the last call ended, or what an agent said of it. */
function tellWhy({ reason, last_outcome }: Target, dispositions: Disposition[]): string {
  const outcome = last_outcome ? t(outcomes[last_outcome]?.word ?? last_outcome) : ''
  if (!reason || reason === last_outcome) return outcome
  const said = dispositions.find((one) => one.code === reason)?.label ?? refusalWord(reason)
  const skipped = reason.startsWith('skipped: ') && t('Skipped: {why}', { why: reason.slice(9) })
  return [outcome, skipped || t(said ?? reason)].filter(Boolean).join(': ')
}

function tellNext(target: Target, memberName: Named['memberName']): string {
  if (target.state === 'callback' && target.callback_at) {
    const who = target.callback_member_id && memberName(target.callback_member_id)
    return who
      ? t('{who} calls back at {time}', { who, time: coming(target.callback_at) })
      : t('Called back at {time}', { time: coming(target.callback_at) })
  }
  const isLater = target.state === 'waiting' && target.next_at && Date.parse(target.next_at) > Date.now()
  return isLater ? t('not before {time}', { time: coming(target.next_at ?? '') }) : ''
}
