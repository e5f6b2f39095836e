/** What people and leads are called, by their ids. */
export type Names = {
  lead: (leadId: string) => string | undefined
  member: (memberId: string) => string | undefined
}
