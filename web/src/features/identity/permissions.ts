/** What each permission allows, in words, by the part of the product it belongs to. */
export const permissionGroups: { title: string; permissions: Record<string, string> }[] = [
  {
    title: 'Leads',
    permissions: {
      'leads:view': 'See leads and their messages',
      'leads:edit': 'Work on leads: move cards, write notes, keep tasks',
      'leads:import': 'Import tables of leads',
      'leads:delete': 'Delete leads',
      'pipeline:edit': 'Change the stages of the board',
    },
  },
  {
    title: 'Sources and scoring',
    permissions: {
      'sources:view': 'See where leads come in',
      'sources:edit': 'Add and switch sources',
      'scoring:view': 'See how leads are scored',
      'scoring:edit': 'Describe the ideal customer and weigh the score',
    },
  },
  {
    title: 'Calls',
    permissions: {
      'calls:view': 'See calls and how the organization calls',
      'calls:place': 'Call leads, and put numbers on the do-not-call list',
      'calls:monitor': 'Listen to calls of colleagues, whisper, join and end them',
      'calls:edit': 'Change calling settings and phones, and let numbers be called again',
    },
  },
  {
    title: 'Team and organization',
    permissions: {
      'team:view': 'See the team',
      'team:edit': 'Invite and remove people and give roles',
      'organization:edit': 'Rename the organization and demand a second step',
      'operations:view': 'See work that failed',
      'operations:edit': 'Run failed work again',
    },
  },
  {
    title: 'Security and privacy',
    permissions: {
      'security:edit': 'Change the rules of signing in',
      'keys:edit': 'Make and end API keys',
      'audit:view': 'Read and export the audit log',
      'privacy:view': 'See consents, requests and how long data is kept',
      'privacy:edit': 'Answer privacy requests and change privacy rules',
    },
  },
]

const words = Object.assign({}, ...permissionGroups.map((group) => group.permissions)) as Record<
  string,
  string
>

/** A permission in words; one that has none here shows its name. */
export const describePermission = (permission: string) => words[permission] ?? permission

/** These permissions in their groups, those without words last; groups without any are left out. */
export function groupPermissions(held: string[]): { title: string; permissions: string[] }[] {
  const groups = permissionGroups.map((group) => ({
    title: group.title,
    permissions: Object.keys(group.permissions).filter((one) => held.includes(one)),
  }))
  const rest = held.filter((one) => !(one in words))
  return [...groups, { title: 'Other', permissions: rest }].filter((group) => group.permissions.length > 0)
}
