const browsers: [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const find = (known: [RegExp, string][], text: string) => known.find(([sign]) => sign.test(text))?.[1]

/** "Firefox, Windows": what a User-Agent says in a person's words; a program's own name otherwise. */
export function describeDevice(userAgent: string): string {
  const named = [find(browsers, userAgent), find(systems, userAgent)].filter(Boolean).join(', ')
  return named || userAgent.split(/[\s/]/)[0] || '?'
}
