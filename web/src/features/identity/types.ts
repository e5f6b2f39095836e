/** Shapes of signing in with others, until they are in the generated schema. */
export type Providers = { providers: { id: string; name: string; path: string }[]; clerk: string | null }
export type Identity = {
  id: string
  issuer: string
  provider: string
  email: string | null
  created_at: string
}
