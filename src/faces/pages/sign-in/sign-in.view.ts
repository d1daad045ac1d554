export interface SignInView {
  readonly email: string
  /** Where to go afterwards: an address of this server. */
  readonly next: string
  readonly error: string | null
  readonly tries: number
  readonly minutes: number
  /** Whose accounts are here: the school’s staff, the national side, or both. */
  readonly school: boolean
  readonly national: boolean
}
