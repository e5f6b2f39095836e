import type { LeadCard } from '@/api/types'
import { t } from '@/lib/i18n'

export const intents: Record<string, string> = {
  buy: 'Wants to buy',
  book: 'Wants an appointment',
  price_question: 'Asks for a price',
  information: 'Asks for information',
  support: 'Needs support',
  partnership: 'Offers a partnership',
  job_application: 'Applies for a job',
  vendor_pitch: 'Sells something to us',
  automatic: 'Automatic message',
  spam: 'Spam',
  other: 'Something else',
}

export const bands: Record<string, { word: string; sign: string; look: string }> = {
  hot: { word: 'Hot', sign: '▲', look: 'text-bad' },
  warm: { word: 'Warm', sign: '◆', look: 'text-warn' },
  cold: { word: 'Cold', sign: '▼', look: 'text-info' },
  none: { word: 'No lead', sign: '○', look: 'text-muted' },
  unsure: { word: 'Not enough to say', sign: '?', look: 'text-muted' },
}

/** What to call a lead: its person, else their company, address or number. */
export const leadName = (lead: LeadCard) =>
  lead.contact.name ?? lead.contact.company ?? lead.contact.email ?? lead.contact.phone ?? t('Somebody')
