/** An element that this version of the structure does not know: kept, so that a file read and written again loses nothing. */
export interface CtfElement {
  readonly name: string
  readonly text: string
  readonly children: readonly CtfElement[]
}

/** Every container may hold unknown elements; they are written after the known ones. */
export interface CtfContainer {
  readonly other?: readonly CtfElement[]
}

export interface CtfHeader extends CtfContainer {
  /** Such as `26.0`: the version in force in the September before the file is written. */
  readonly version: string
  /** Local time without a zone, `yyyy-MM-ddTHH:mm:ss`. */
  readonly dateTime: string
  readonly qualifier: string
  /** Free text, used with `partial`. */
  readonly description?: string
  readonly supplierId?: string
  readonly source: CtfSchoolNumber & { readonly name?: string; readonly academicYear?: string }
  /** `XXX`/`XXXX` when not known (one pupil a file), `MMM`/`MMMM` outside the state sector. */
  readonly destination: CtfSchoolNumber
  readonly supplementary?: string
}

export interface CtfSchoolNumber extends CtfContainer {
  readonly la: string
  readonly establishment: string
  readonly urn?: string
}

export interface CtfAddress extends CtfContainer {
  readonly saon?: string
  readonly paon?: string
  readonly street?: string
  readonly locality?: string
  readonly town?: string
  readonly postTown?: string
  readonly administrativeArea?: string
  readonly uprn?: string
  readonly line1?: string
  readonly line2?: string
  readonly line3?: string
  readonly line4?: string
  readonly line5?: string
  readonly county?: string
  readonly postcode?: string
  readonly zip?: string
  readonly country?: string
}

export interface CtfPhones extends CtfContainer {
  readonly phone?: readonly ({ readonly type?: string; readonly number?: string } & CtfContainer)[]
}

export interface CtfContact extends CtfContainer {
  readonly order?: string
  readonly title?: string
  readonly surname?: string
  readonly forename?: string
  readonly middleNames?: string
  readonly gender?: string
  readonly relationship?: string
  readonly responsibility?: string
  readonly addressAsPupil?: string
  readonly address?: CtfAddress
  readonly phones?: CtfPhones
  readonly email?: string
  readonly supplementary?: string
}

export interface CtfResult extends CtfContainer {
  readonly locale?: string
  readonly year?: string
  readonly subject?: string
  readonly method?: string
  readonly component?: string
  readonly status?: string
  readonly qualifier?: string
  readonly result?: string
}

export interface CtfHistorySchool extends CtfContainer {
  readonly la?: string
  readonly establishment?: string
  readonly urn?: string
  readonly name?: string
  readonly entryDate?: string
  readonly leavingDate?: string
  readonly leavingReason?: string
}

export interface CtfYearData extends CtfContainer {
  readonly year?: string
  readonly la?: string
  readonly establishment?: string
  readonly schoolName?: string
  readonly sessionsPossible?: string
  readonly sessionsAuthorised?: string
  readonly sessionsAttended?: string
  readonly sessionsUnauthorised?: string
}

/**
 * One pupil of a common transfer file: plain values as they stand in the XML, every container optional. What each element
 * is called, and in which versions, is in `ctf-structure.ts`.
 */
export interface CtfPupil extends CtfContainer {
  readonly upn?: string
  readonly uln?: string
  readonly uci?: string
  readonly surname?: string
  readonly forename?: string
  readonly dateOfBirth?: string
  readonly sex?: string
  readonly basicDetails?: {
    readonly formerUpn?: string
    readonly preferredSurname?: string
    readonly preferredForename?: string
    readonly formerSurname?: string
    readonly formerForename?: string
    readonly middleNames?: string
    readonly yearGroup?: string
    readonly ethnicity?: string
    readonly ethnicitySource?: string
    readonly languages?: {
      readonly type?: readonly ({ readonly kind?: string; readonly language?: string } & CtfContainer)[]
    } & CtfContainer
    readonly enrolmentStatus?: string
    readonly serviceChild?: string
    readonly medicalFlag?: string
    readonly disabilities?: { readonly disability?: readonly string[] } & CtfContainer
  } & CtfContainer
  readonly fsm?: {
    readonly reviewDate?: string
    readonly instances?: readonly ({
      readonly startDate?: string
      readonly verifiedOn?: string
      readonly endDate?: string
      readonly ukCountry?: string
      readonly category?: string
    } & CtfContainer)[]
  } & CtfContainer
  readonly lookedAfter?: { readonly inCare?: string; readonly careAuthority?: string } & CtfContainer
  readonly sen?: {
    readonly episodes?: readonly ({
      readonly startDate?: string
      readonly provision?: string
    } & CtfContainer)[]
    readonly needs?: {
      readonly need?: readonly ({
        readonly startDate?: string
        readonly endDate?: string
        readonly rank?: string
        readonly type?: string
      } & CtfContainer)[]
    } & CtfContainer
  } & CtfContainer
  readonly admissions?: { readonly accepted?: string } & CtfContainer
  readonly address?: CtfAddress
  readonly phones?: CtfPhones
  readonly email?: string
  readonly contacts?: { readonly contact?: readonly CtfContact[] } & CtfContainer
  readonly attendance?: { readonly yearData?: readonly CtfYearData[] } & CtfContainer
  readonly assessments?: {
    readonly keyStage?: readonly ({
      readonly stage?: string
      readonly results?: readonly CtfResult[]
    } & CtfContainer)[]
  } & CtfContainer
  readonly schoolHistory?: { readonly school?: readonly CtfHistorySchool[] } & CtfContainer
  readonly supplementary?: string
}
