import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post, remove } from '@/api/client'
import type { Call, Envelope, RecordingLink } from '@/api/types'
import { toast } from '@/components/toast'
import { Button, ErrorNote } from '@/components/ui'
import { t } from '@/lib/i18n'
import { useSession } from '@/lib/session'
import { useCall } from './hooks'
import { clock, tookPart } from './progress'

const told: Record<string, string> = {
  recording: 'Being recorded',
  awaited: 'The recording is on its way.',
  missing: 'The phone server has no recording of this call.',
  failed: 'The recording could not be kept.',
  deleted: 'The recording was deleted.',
}

/** What was recorded of a call, to hear; the address it plays from is asked for when somebody wants to. */
export function Player({ callId, mayDelete = false }: { callId: string; mayDelete?: boolean }) {
  const { me } = useSession()
  const { data: call } = useCall(callId, { isRecordingAwaited: true })
  const queries = useQueryClient()
  const link = useMutation({
    mutationFn: () => post<Envelope<RecordingLink>>(`/calls/${callId}/recording/link`),
  })
  const forget = useMutation({
    mutationFn: () => remove(`/calls/${callId}/recording`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['call', callId] }),
    onError: (error) => toast(error.message),
  })
  if (!call || !me) return null
  if (call.recording_note === 'announcement-missing')
    return (
      <p className="text-muted text-xs">
        {t('Not recorded: the law there wants an announcement first, and none is set.')}
      </p>
    )
  if (!call.recording) return null
  if (call.recording.state !== 'stored')
    return <p className="text-muted text-xs">{t(told[call.recording.state] ?? call.recording.state)}</p>
  if (!me.permissions.includes('calls:monitor') && !tookPart(call, me.member.id)) return null
  return (
    <div className="my-1 flex w-full flex-wrap items-center gap-2">
      {link.data ? (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said.
        <audio
          controls
          autoPlay
          src={link.data.data.url}
          onError={() => {
            link.reset()
            toast(t('The recording stopped playing. Press play again.'))
          }}
          aria-label={t('Recording')}
          className="h-11 w-full max-w-md"
        />
      ) : (
        <Button disabled={link.isPending} onClick={() => link.mutate()}>
          <span aria-hidden="true">▶</span> {t('Play recording')} <Length call={call} />
        </Button>
      )}
      {mayDelete && me.permissions.includes('calls:edit') && (
        <Button
          look="plain"
          disabled={forget.isPending}
          onClick={() => {
            if (confirm(t('Delete this recording? Nobody can bring it back.'))) forget.mutate()
          }}
        >
          {t('Delete recording')}
        </Button>
      )}
      {link.isError && <ErrorNote error={link.error} />}
    </div>
  )
}

function Length({ call }: { call: Call }) {
  const seconds = call.recording?.seconds
  return seconds ? <span className="text-muted">{clock(seconds)}</span> : null
}
