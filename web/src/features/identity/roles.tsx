import { useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Envelope, Role } from '@/api/types'
import { ErrorNote, Panel, Skeleton } from '@/components/ui'
import { t } from '@/lib/i18n'
import { describePermission, groupPermissions } from './permissions'

/** What each role may do, in words. */
export function Roles() {
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => get<Envelope<Role[]>>('/roles'),
    select: (answer) => answer.data,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Panel title={t('What each role may do')}>
      {roles.isPending && <Skeleton rows={2} />}
      {roles.isError && <ErrorNote error={roles.error} retry={roles.refetch} />}
      {roles.data && <RoleTable roles={roles.data} />}
    </Panel>
  )
}

function RoleTable({ roles }: { roles: Role[] }) {
  const all = [...new Set(roles.flatMap((one) => one.permissions))]
  const whoMay = (permission: string) => {
    const holders = roles.filter((one) => one.permissions.includes(permission))
    return holders.length === roles.length ? t('everybody') : holders.map((one) => t(one.role)).join(', ')
  }
  return (
    <table className="w-full">
      <thead className="sr-only">
        <tr>
          <th>{t('Act')}</th>
          <th>{t('Who may')}</th>
        </tr>
      </thead>
      {groupPermissions(all).map((group) => (
        <tbody key={group.title}>
          <tr>
            <th colSpan={2} scope="rowgroup" className="pt-3 pb-1 text-left font-semibold">
              {t(group.title)}
            </th>
          </tr>
          {group.permissions.map((permission) => (
            <tr key={permission} className="border-line border-t align-top">
              <td className="py-1.5 pr-4">{t(describePermission(permission))}</td>
              <td className="w-2/5 py-1.5 text-muted">{whoMay(permission)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}
