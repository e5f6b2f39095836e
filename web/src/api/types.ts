import type { components } from './schema'

type Schemas = components['schemas']
export type LeadCard = Schemas['LeadCard']
export type Stage = Schemas['StageOut']
export type Member = Schemas['MemberOut']
export type Me = Schemas['MeOut']
export type SignedIn = Schemas['SignedInOut']
export type Message = Schemas['MessageOut']
export type Qualification = Schemas['QualificationOut']
export type TimelineEntry = Schemas['TimelineOut']
export type Task = Schemas['TaskOut']
export type Source = Schemas['SourceOut']
export type Import = Schemas['ImportOut']
export type Upload = Schemas['UploadOut']
export type Inbound = Schemas['InboundOut']
export type DeadLetter = Schemas['DeadLetterOut']
export type Invitation = Schemas['InvitationOut']
export type NewInvitation = Schemas['NewInvitationOut']
export type InvitationByToken = Schemas['InvitationByTokenOut']
export type IdealCustomer = Schemas['IdealCustomerOut']
export type Problem = Schemas['ProblemDocument'] & { current?: LeadCard }
export type Page<T> = { data: T[]; meta: { next_cursor: string | null } }
export type Envelope<T> = { data: T }
