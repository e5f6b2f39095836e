import type { AgentPhone, Member } from '@/api/types'
import { Panel } from '@/components/ui'
import { t } from '@/lib/i18n'
import { PhoneForm } from './phone-form'

/** Where each colleague's phone rings, for those who look after it. */
export function Phones({ members, phones }: { members: Member[]; phones: AgentPhone[] }) {
  return (
    <Panel title={t('Phones of the team')}>
      <ul className="divide-y divide-line">
        {members.map((member) => {
          const phone = phones.find((one) => one.member_id === member.id)
          return (
            <li key={member.id} className="space-y-1 py-2">
              <p className="font-medium">{member.name}</p>
              <PhoneForm
                key={phone?.account ?? phone?.number ?? ''}
                whose={member.name}
                path={`/calling/phones/${member.id}`}
                phone={phone}
              />
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
