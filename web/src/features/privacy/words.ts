export const purposes: Record<string, string> = {
  marketing: 'Marketing',
  sales: 'Sales',
  profiling: 'Profiling',
  advertising: 'Advertising',
}
export const channels: Record<string, string> = {
  email: 'E-mail',
  phone: 'Phone',
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  upload: 'Upload to ad networks',
}
export const reasons: Record<string, string> = {
  erased: 'Asked to be erased',
  objected: 'Objected',
  complained: 'Complained',
  bounced: 'Mail came back',
  manual: 'Put here by a member',
}
export const kindsOfData: Record<string, string> = {
  raw_mail: 'Mail as it came in',
  closed_messages: 'Messages of closed leads',
  import_files: 'Imported files',
  exports: 'Exports of people',
  dead_letters: 'Work that was given up',
  events: 'Events',
  recordings: 'Recordings of calls',
  call_events: 'What happened on calls, step by step',
  dial_decisions: 'Why campaigns rang so many at a moment',
  agent_changes: 'When agents were ready, on calls and paused',
}
export const statuses: Record<string, string> = { running: 'Under way', done: 'Done', failed: 'Failed' }
