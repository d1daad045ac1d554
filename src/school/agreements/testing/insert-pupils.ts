import { giverId, type PupilModel } from '../../../core/decide/testing/pupil-model.ts'
import type { Tx } from '../../../core/store/index.ts'

/** Puts made-up pupils into the register, with their contacts, choices and marks. */
export async function insertPupils(tx: Tx, school_urn: string, pupils: readonly PupilModel[]): Promise<void> {
  const text = (pupil: PupilModel, item: string): string | null => {
    const value = pupil.values[item]
    return value === null || value === undefined ? null : String(value)
  }
  await tx
    .insertInto('attendance_code')
    .values({ code: 'O', label: '', meaning: 'unauthorised-absence', counts_as_possible: true })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .insertInto('pupil')
    .values(
      pupils.map((pupil) => ({
        school_urn,
        id: pupil.id,
        mis_id: pupil.id,
        upn: text(pupil, 'pupil.upn'),
        surname: text(pupil, 'pupil.surname') ?? '',
        forename: text(pupil, 'pupil.forename') ?? '',
        date_of_birth: text(pupil, 'pupil.dateOfBirth') ?? '',
        leaving_date: text(pupil, 'pupil.leavingDate'),
        sex: 'F',
        year_group: text(pupil, 'pupil.yearGroup') ?? '',
        eal: pupil.values['pupil.eal'] as boolean | null,
        looked_after: pupil.values['pupil.lookedAfter'] as boolean | null,
        postcode: text(pupil, 'pupil.postcode'),
        funding_code: text(pupil, 'pupil.fundingCode'),
        medical_needs: text(pupil, 'pupil.medicalNeeds'),
        religion: text(pupil, 'pupil.religion'),
        photo: text(pupil, 'pupil.photo'),
        enrolment_status: 'C',
        entry_date: '2022-09-01',
        source_digest: '',
      })),
    )
    .execute()
  const contacts = pupils.flatMap((pupil) => pupil.contacts.map((contact, i) => ({ pupil, contact, i })))
  if (contacts.length > 0) {
    await tx
      .insertInto('contact')
      .values(
        contacts.map(({ contact, i }) => ({
          school_urn,
          id: contact.id,
          mis_id: contact.id,
          surname: `Surname ${i}`,
          forename: '',
          email: i === 0 ? 'somebody@example.org' : null,
        })),
      )
      .execute()
    await tx
      .insertInto('pupil_contact')
      .values(
        contacts.map(({ pupil, contact, i }) => ({
          school_urn,
          pupil_id: pupil.id,
          contact_id: contact.id,
          priority: i + 1,
          relationship: 'PAM',
          parental_responsibility: contact.parentalResponsibility,
          court_order: contact.courtOrder,
        })),
      )
      .execute()
  }
  const marks = pupils.flatMap((pupil) =>
    Array.from({ length: Number(pupil.values['pupil.sessionsUnauthorised']) }, (_, i) => ({
      school_urn,
      pupil_id: pupil.id,
      day: `2026-09-0${i + 1}`,
      session: 'AM',
      code: 'O',
    })),
  )
  if (marks.length > 0) await tx.insertInto('attendance_mark').values(marks).execute()
  // One after the other in each pupil's order: the sequence is given by the database as the rows come.
  const choices = pupils.flatMap((pupil) =>
    pupil.choices.map((choice) => ({
      school_urn,
      pupil_id: pupil.id,
      purpose: choice.purpose,
      kind: choice.kind,
      state: choice.state,
      giver: typeof choice.giver === 'number' ? 'contact' : choice.giver,
      giver_contact_id: giverId(pupil, choice),
      wording_id: '',
      wording_sha256: choice.wordingSha256,
      method: choice.method,
      tied_to: choice.tiedTo,
      recorded_at: choice.recordedAt,
      recorded_by: 'test',
      expires_at: choice.expiresAt,
    })),
  )
  if (choices.length > 0) await tx.insertInto('consent_choice').values(choices).execute()
  const protections = pupils.flatMap((pupil) =>
    pupil.marks.map((mark) => ({
      school_urn,
      pupil_id: pupil.id,
      kind: mark.kind,
      agreement_id: mark.agreementId,
      allowed_recipients: [...mark.allowedRecipients],
      contact_id: mark.contact === null ? null : (pupil.contacts[mark.contact]?.id ?? null),
      from_date: mark.from,
      to_date: mark.to,
      lifted_at: mark.liftedAt,
      recorded_by: 'test',
      ground: 'test',
    })),
  )
  if (protections.length > 0) await tx.insertInto('protection').values(protections).execute()
}
