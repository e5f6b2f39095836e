const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'narrow' })
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "5 min. ago": how long ago, in the largest unit that fits. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (new Date(moment).getTime() - now) / 1000
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  return 'now'
}

/** The exact time in the person's own zone. */
export const exact = (moment: string) =>
  new Date(moment).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Money in words people use: lakh and crore for rupees, the locale's own form otherwise. */
export function money(amount: number, currency: string): string {
  if (currency === 'INR' && amount >= 100_000) {
    const [unit, size] = amount >= 10_000_000 ? ['crore', 10_000_000] : ['lakh', 100_000]
    return `₹${Number((amount / (size as number)).toFixed(2))} ${unit}`
  }
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: 0 }).format(
      amount,
    )
  } catch {
    return `${amount.toLocaleString()} ${currency}`
  }
}

export const initials = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase() ?? '')
    .join('')
