import { waiting } from './school.ts'

/** Every page that a list of links could reach, by a name for its picture, as it stands in the played school. */
export const pagesOf = (pupilIds: readonly string[]): readonly (readonly [string, string])[] => [
  ['today', '/today'],
  ['recipients', '/recipients'],
  ['matrix', '/recipients/matrix'],
  ['agreement', '/agreements/times-tables-rock-stars'],
  ['agreement-waiting', `/agreements/${waiting}`],
  ['approve', `/agreements/${waiting}/approve`],
  ['procedure', '/agreements/police-courts-tribunals'],
  ['preview', '/agreements/times-tables-rock-stars/preview'],
  ['held', '/agreements/nationwide/preview'],
  ['pupils', '/pupils'],
  ['pupil', `/pupils/${pupilIds[9] ?? 'x'}`],
  ['pupil-protected', `/pupils/${pupilIds[8] ?? 'x'}`],
  ['consent', '/consent'],
  ['ledger', '/ledger'],
  ['entry', '/ledger/entries/0'],
  ['notices', '/notices'],
  ['tasks', '/tasks'],
]

/** The same of the collector’s pages, about the return of one school that has notes, findings and a version before. */
export const collectionPagesOf = (
  returns: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] => {
  const id = returns.get('100002') ?? 'x'
  return [
    ['home', '/collect'],
    ['returns', '/collect/returns'],
    ['returns-none', '/collect/returns?find=zzzz'],
    ['return', `/collect/returns/${id}`],
    ['rule', `/collect/returns/${id}/rules/2040`],
    ['rule-error', `/collect/returns/${id}/rules/1610`],
    ['send', '/collect/send'],
    ['source', '/collect/sources/894/100002'],
    ['duplicates', '/collect/duplicates'],
    ['accounts', '/collect/accounts'],
    ['account-new', '/collect/accounts/new'],
    ['access-register', '/access/register'],
  ]
}
