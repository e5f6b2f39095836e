import { useNavigate, useParams } from '@tanstack/react-router'
import { useSession } from '@/lib/session'
import Invitation from './invitation'

export default function Invited() {
  const { token } = useParams({ from: '/invitations/$token' })
  const { enter } = useSession()
  const navigate = useNavigate()
  return (
    <Invitation
      token={token}
      onSignedIn={async (signedIn) => {
        await enter(signedIn)
        await navigate({ to: '/' })
      }}
    />
  )
}
