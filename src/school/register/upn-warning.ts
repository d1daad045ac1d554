import type { CodeSets } from './code-sets.ts'

/**
 * A UPN whose authority number no UPN may begin with (census rule 1530). Only a warning: new authorities are added to the
 * code set by hand, and a pupil should not be turned away because that was not done.
 */
export function upnWarning(upn: string, codes: CodeSets): string | undefined {
  const authorities = codes.get('la-number')
  if (!authorities) return undefined
  return authorities.get(upn.slice(1, 4))?.more['valid_in_upn'] === 'yes'
    ? undefined
    : 'The unique pupil number names no local authority that gives them out.'
}
