import { ctfFileName, type CtfHeader } from '../../core/standards/ctf/index.ts'
import { dateInEngland, type AgreementId } from '../../core/vocabulary/index.ts'

/** The file's name: the agreement, the date, the release. Letters, digits, hyphen and dot only; nothing about a pupil. */
export function fileNameOf(agreementId: AgreementId, at: Date, releaseId: string, extension: string): string {
  const safe = agreementId.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')
  return `${safe}-${dateInEngland(at)}-${releaseId.slice(0, 8)}.${extension}`
}

/** A common transfer file has the name that its format demands; `serial` counts up for each destination. */
export const transferFileName = (header: CtfHeader, serial: number): string => ctfFileName(header, serial)
