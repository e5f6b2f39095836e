/** How the chosen language writes times and numbers; English as the browser's own place does. */
const locale = () => (globalThis.document?.documentElement.lang === 'hi' ? 'hi-IN' : undefined)

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "5 min. ago": how long ago, in the largest unit that fits. */
export function ago(moment: string, now = Date.now()): string {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'narrow' })
  const seconds = (new Date(moment).getTime() - now) / 1000
  for (const [unit, size] of steps)
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit)
  return relative.format(0, 'second')
}

/** The exact time in the person's own zone. */
export const exact = (moment: string) =>
  new Date(moment).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' })

/** A moment to come, as short as it is clear: the time today, with the weekday within six days, else the date. */
export function coming(moment: string, now = Date.now()): string {
  const at = new Date(moment)
  const isToday = at.toDateString() === new Date(now).toDateString()
  if (!isToday && at.getTime() - now > 6 * 86_400_000) return exact(moment)
  const day = isToday ? {} : ({ weekday: 'short' } as const)
  return at.toLocaleString(locale(), { ...day, hour: 'numeric', minute: '2-digit' })
}

/** The time of day with its seconds, for what happened one after another. */
export const toTheSecond = (moment: string) =>
  new Date(moment).toLocaleTimeString(locale(), { timeStyle: 'medium' })

export const percent = (share: number) =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(share)

const longCodes = ['971', '972', '966', '965', '974', '968', '973', '977', '880', '852', '353', '351', '358']
const groups: Record<string, number[]> = {
  '1': [3, 3, 4],
  '7': [3, 3, 2, 2],
  '91': [5, 5],
  '44': [2, 4, 4],
  '971': [2, 3, 4],
}

/** A number in the groups that people read it in, as +91 98200 12345; what is no whole number stays as it is. */
export function phone(number: string): string {
  if (!/^\+\d{8,15}$/.test(number)) return number
  const digits = number.slice(1)
  const code = /^[17]/.test(digits)
    ? digits.slice(0, 1)
    : digits.slice(0, longCodes.includes(digits.slice(0, 3)) ? 3 : 2)
  const parts: string[] = []
  let rest = digits.slice(code.length)
  const isIndianLandline = code === '91' && /^[2-5]/.test(rest)
  for (const size of (isIndianLandline ? [2, 4, 4] : groups[code]) ?? [3, 3, 3, 3]) {
    parts.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return `+${code} ${[...parts, rest].filter(Boolean).join(' ')}`
}

/** How many of its smaller unit a currency's unit has: 100 for most, 1 for the yen. */
function minorUnits(currency: string): number {
  try {
    const { maximumFractionDigits = 2 } = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
    }).resolvedOptions()
    return 10 ** maximumFractionDigits
  } catch {
    return 100
  }
}

/** Money kept in its smaller unit, as people write it: 90 paise are 0.9. */
export const fromMinor = (minor: number, currency: string) => minor / minorUnits(currency)

/** Money as people write it, in the smaller unit that is kept. */
export const toMinor = (amount: number, currency: string) => Math.round(amount * minorUnits(currency))

/** A small amount of money to the last digit: ₹1.80. */
export function price(minor: number, currency: string): string {
  const amount = fromMinor(minor, currency)
  try {
    return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(amount)
  } catch {
    return `${amount} ${currency}`
  }
}

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
