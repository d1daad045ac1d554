import { castFamily, child, linkAt } from './cast-family.ts'
import type { CastFamily, Change } from './cast-family.ts'
import { choice } from './choices.ts'
import { contact, parent } from './household.ts'
import { withCheckLetter } from './identifiers.ts'
import type { Address, Protection, WorldPupil } from './pupil.ts'

const protect = (
  pupil: WorldPupil,
  kind: Protection['kind'],
  ground: string,
  more: Partial<Protection> = {},
) =>
  pupil.protections.push({
    kind,
    agreementId: '',
    allowedRecipients: [],
    contact: null,
    from: '2026-09-02',
    to: '',
    ground,
    ...more,
  })

const authority: Address = {
  line1: 'Social work team, Sabrina House',
  line2: '',
  town: 'Telford',
  county: 'Shropshire',
  postcode: 'TF20 0AA',
}

/** Foster carers live with the child and decide nothing; the authority shares parental responsibility with the mother. */
const inCare: Change = (pupil, family) => {
  pupil.lookedAfter = true
  pupil.careAuthority = '894'
  pupil.pupilPremium = true
  pupil.choices = []
  const base = 400_000 + family.index * 10
  const worker = contact(base + 7, 'F', 'Ashcombe', 'Delia', authority)
  const mother = contact(base + 8, 'F', pupil.surname, 'Jodie', {
    ...authority,
    line1: '3 Ladybrook Terrace',
  })
  const carers = [
    parent(contact(base + 1, 'F', 'Merriweather', 'Gwen', pupil.address), 'FOM', true),
    parent(contact(base + 2, 'M', 'Merriweather', 'Alun', pupil.address), 'FOF', true),
  ]
  pupil.contacts = [
    ...carers.map((link) => ({ ...link, parentalResponsibility: false })),
    { ...parent(worker, 'SWR', false), mayCollect: false },
    { ...parent(mother, 'PAM', false), emergency: false, mayCollect: false },
  ]
}

/** Everybody whom a mark, an order or the authority's care protects. */
export const protectedFamilies: readonly CastFamily[] = [
  castFamily('white-british', 'Hartley', 'lone-mother', [
    child('confidentialAddress', '2', 'F', 'Amelia', (pupil) => {
      pupil.contacts = pupil.contacts.slice(0, 1)
      protect(pupil, 'confidential-address', 'Safeguarding file 3: address withheld', {
        allowedRecipients: ['local-authority', 'cpoms'],
      })
    }),
  ]),
  castFamily('white-british', 'Ellwood', 'couple', [
    child('adoption', '3', 'F', 'Rosie', (pupil) => {
      pupil.previouslyLookedAfter = 'A'
      pupil.pupilPremium = true
      // A number of the new identity: allocated in 2025 although she has been at school since Reception.
      pupil.entryDate = '2025-09-02'
      pupil.upn = withCheckLetter('894299925999')
      pupil.results = []
      protect(pupil, 'adoption', 'Adoption order; new identity from 1 September 2025', { from: '2025-09-01' })
    }),
  ]),
  castFamily('white-british', 'Dunmore', 'couple', [
    child('lookedAfter', '4', 'F', 'Keira', inCare),
    child('lookedAfterSibling', '1', 'M', 'Jayden', (pupil, family) => {
      inCare(pupil, family)
      // One and the same person for both children.
      pupil.contacts = (family.pupils[0] ?? pupil).contacts.map((link) => ({ ...link }))
    }),
  ]),
  castFamily('white-british', 'Pemberton', 'separated', [
    child('courtOrder', '5', 'M', 'Callum', (pupil) => {
      const father = linkAt(pupil, 1)
      father.courtOrder = true
      father.emergency = false
      father.mayCollect = false
      pupil.choices = [
        choice('website-photo', 'given', father.contact, { recordedAt: '2026-09-10T08:40:00Z' }),
        choice('social-media', 'given', father.contact, { recordedAt: '2026-09-10T08:40:00Z' }),
      ]
      protect(pupil, 'court-order', 'Family court order seen 4 September 2026; copy in the safe', {
        contact: father.contact,
        from: '2026-09-04',
      })
    }),
  ]),
  castFamily('mixed', 'Francis', 'couple', [
    child('restriction', '4', 'M', 'Isaiah', (pupil) =>
      protect(pupil, 'restriction', 'Accuracy of a result contested by the parents, 16 November 2026', {
        agreementId: 'otrack',
        from: '2026-11-16',
      }),
    ),
  ]),
  castFamily('pakistani', 'Mirza', 'couple', [
    child('objection', '5', 'F', 'Hafsa', (pupil) => {
      for (const agreementId of ['times-tables-rock-stars', 'oxford-reading-buddy'])
        protect(pupil, 'objection', 'Objection upheld 1 October 2026', { agreementId, from: '2026-10-01' })
    }),
  ]),
  castFamily('white-british', 'Rushton', 'lone-mother', [
    child('safeguarding', '6', 'F', 'Lottie', (pupil) =>
      protect(pupil, 'safeguarding', 'Safeguarding lead’s decision of 12 October 2026', {
        from: '2026-10-12',
      }),
    ),
  ]),
  castFamily('white-british', 'Tranter', 'lone-mother', [
    child('childInNeed', '3', 'M', 'Reggie', (pupil) => (pupil.childInNeed = true)),
  ]),
  castFamily('white-british', 'Beddoes', 'couple', [
    child('childProtectionPlan', '2', 'M', 'Kian', (pupil) => {
      pupil.childInNeed = true
      pupil.childProtectionPlan = true
    }),
  ]),
  castFamily('white-british', 'Gittins', 'couple', [
    child('kinship', '5', 'M', 'Alfie', (pupil) => {
      pupil.kinshipCare = 'KF'
      pupil.previouslyLookedAfter = 'G'
      pupil.pupilPremium = true
      const base = Number(linkAt(pupil, 0).contact.misId)
      pupil.contacts = [
        parent(contact(base, 'F', 'Hotchkiss', 'Pauline', pupil.address), 'CAR', true),
        parent(contact(base + 1, 'M', 'Hotchkiss', 'Derek', pupil.address), 'CAR', true),
      ]
      for (const one of pupil.choices) one.contact = linkAt(pupil, 0).contact
    }),
  ]),
]
