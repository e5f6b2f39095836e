import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { get, patch, post, remove } from '@/api/client'
import type { Envelope, Invitation, Member, NewInvitation } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, Copyable, ErrorNote, PageFrame, Panel, Select, Skeleton, TextField } from '@/components/ui'
import { Roles } from '@/features/identity/roles'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'

const roles = ['owner', 'admin', 'manager', 'agent', 'marketer', 'viewer']

function RoleOptions() {
  return roles.map((role) => (
    <option key={role} value={role}>
      {t(role)}
    </option>
  ))
}

/** Who belongs to the organization, in which role, and who was asked to join. */
export default function Team() {
  const queries = useQueryClient()
  const { me } = useSession()
  const mayEdit = me?.permissions.includes('team:edit') ?? false
  const [made, setMade] = useState<NewInvitation | null>(null)
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => get<Envelope<Member[]>>('/members'),
    select: (answer) => answer.data,
  })
  const invitations = useQuery({
    queryKey: ['invitations'],
    queryFn: () => get<Envelope<Invitation[]>>('/invitations'),
    select: (answer) => answer.data,
    enabled: mayEdit,
    retry: false,
  })
  const save = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['members'] })
      queries.invalidateQueries({ queryKey: ['invitations'] })
    },
    onError: (error) => toast(error.message),
  })
  const invite = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const body = Object.fromEntries(new FormData(form))
    save.mutate(async () => {
      setMade((await post<Envelope<NewInvitation>>('/invitations', body)).data)
      form.reset()
    })
  }
  return (
    <PageFrame title={t('Team')}>
      {members.isPending && <Skeleton rows={3} />}
      {members.isError && <ErrorNote error={members.error} retry={members.refetch} />}
      {members.data && (
        <Panel>
          <ul className="divide-y divide-line">
            {members.data.map((member) => (
              <li key={member.id} className="flex flex-wrap items-center gap-3 py-2">
                <span className="min-w-0 flex-1 basis-40 max-sm:basis-full">
                  <span className="block font-medium">{member.name}</span>
                  <span className="block truncate text-muted">{member.email}</span>
                </span>
                {mayEdit ? (
                  <>
                    <Select
                      label={t('Role of {name}', { name: member.name })}
                      value={member.role}
                      onChange={(event) =>
                        save.mutate(() => patch(`/members/${member.id}`, { role: event.target.value }))
                      }
                    >
                      <RoleOptions />
                    </Select>
                    {member.id !== me?.member.id && (
                      <Button
                        aria-label={t('Sign out {name} everywhere', { name: member.name })}
                        onClick={() => {
                          if (confirm(t('Sign out {name} everywhere?', { name: member.name })))
                            save.mutate(async () => {
                              await remove(`/members/${member.id}/sessions`)
                              toast(t('{name} is signed out everywhere.', { name: member.name }))
                            })
                        }}
                      >
                        {t('Sign out')}
                      </Button>
                    )}
                    <Button
                      onClick={() => {
                        if (confirm(t('Remove {name} from the team?', { name: member.name })))
                          save.mutate(() => remove(`/members/${member.id}`))
                      }}
                    >
                      {t('Remove')}
                    </Button>
                  </>
                ) : (
                  <span className="text-muted">{t(member.role)}</span>
                )}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {mayEdit && (
        <Panel title={t('Invite somebody')}>
          <form onSubmit={invite} className="flex flex-wrap items-end gap-3">
            <div className="min-w-48 flex-1">
              <TextField label={t('E-mail')} name="email" type="email" required />
            </div>
            <Select label={t('Role')} name="role" defaultValue="agent">
              <RoleOptions />
            </Select>
            <Button look="primary" type="submit">
              {t('Make a link')}
            </Button>
          </form>
          {made && (
            <Copyable
              what={t('Send this link to {email}. It is shown only now.', { email: made.email })}
              text={made.accept_url}
            />
          )}
        </Panel>
      )}
      {(invitations.data?.length ?? 0) > 0 && (
        <Panel title={t('Asked to join')}>
          <ul className="divide-y divide-line">
            {invitations.data?.map((one) => (
              <li key={one.id} className="flex items-center justify-between gap-3 py-2">
                <span className="min-w-0 truncate">
                  {one.email} · {t(one.role)}
                </span>
                <Button onClick={() => save.mutate(() => remove(`/invitations/${one.id}`))}>
                  {t('Withdraw')}
                </Button>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Roles />
    </PageFrame>
  )
}
