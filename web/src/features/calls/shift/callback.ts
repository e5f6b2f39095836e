const two = (number: number) => String(number).padStart(2, '0')

/** A moment as a field for date and time wants it, in the person's own zone. */
export const asLocal = (moment: Date) =>
  `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`

/** In an hour, on the next full five minutes. */
export function inAnHour(now: Date): Date {
  const fiveMinutes = 5 * 60_000
  return new Date(Math.ceil((now.getTime() + 3_600_000) / fiveMinutes) * fiveMinutes)
}

/** Tomorrow at a full hour of the person's own zone. */
export function tomorrowAt(hour: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, hour)
}

/** Whole seconds until a moment; never below zero. */
export const secondsUntil = (moment: string, now: number) =>
  Math.max(0, Math.ceil((Date.parse(moment) - now) / 1000))
