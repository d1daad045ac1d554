import { z } from 'zod'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { HostKeyPin } from './host-key.ts'

/** A folder on the server: no going up, no control characters. */
const remoteFolder = z
  .string()
  .regex(/^[^\0-\x1f\\]*$/)
  .refine((path) => !path.split('/').includes('..'))

const sftp = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(22),
  user: z.string().min(1),
  folder: remoteFolder.default('.'),
  hostKey: z
    .string()
    .regex(/^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/=]+( .*)?$/)
    .optional(),
  fingerprint: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/)
    .optional(),
})

const isLoopback = (host: string): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(host)

function isAllowedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false // a secret has its own place, and addresses are shown
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

const https = z.strictObject({
  /** PUT: the file's name is added as the last part of the path. POST: sent to the address as it stands. */
  url: z.string().refine(isAllowedUrl, 'only https; http on loopback'),
  method: z.enum(['PUT', 'POST']).default('PUT'),
  /** PEM of the authority that signed the recipient's certificate, when it is not a public one. */
  authority: z.string().optional(),
  /** Ed25519 public key (SPKI, base64) with which the recipient signs its receipts. */
  receiptKey: z.string().optional(),
  receiptRequired: z.boolean().default(false),
})

export interface SftpEndpoint {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly folder: string
  readonly pin: HostKeyPin
}
export type HttpsEndpoint = z.infer<typeof https>

const places = (error: z.ZodError): string =>
  [...new Set(error.issues.map((issue) => issue.path.join('.') || 'the settings'))].join(', ')

/** Settings of an SFTP endpoint; the fault names the fields. A server without a pinned key is no endpoint. */
export function readSftpEndpoint(settings: unknown): Result<SftpEndpoint, string> {
  const read = sftp.safeParse(settings)
  if (!read.success) return fail(places(read.error))
  const { hostKey, fingerprint, ...rest } = read.data
  if (hostKey !== undefined) return ok({ ...rest, pin: { hostKey } })
  if (fingerprint !== undefined) return ok({ ...rest, pin: { fingerprint } })
  return fail('hostKey or fingerprint')
}

export function readHttpsEndpoint(settings: unknown): Result<HttpsEndpoint, string> {
  const read = https.safeParse(settings)
  return read.success ? ok(read.data) : fail(places(read.error))
}
