import { createPublicKey, verify } from 'node:crypto'
import { readHttpsEndpoint, type HttpsEndpoint } from './endpoint.ts'
import { mayPass, push } from './http-push.ts'
import type { ReleasedPayload } from '../release/index.ts'
import { failed, type DeliveryFault, type Sending, type Transport } from './transport.ts'

export interface HttpsOptions {
  /** The bearer token of that name; null when the recipient wants none. */
  readonly readToken: (reference: string) => Promise<string | null>
  /** Milliseconds for one try. */
  readonly limit: number
}

const words: Readonly<Partial<Record<DeliveryFault, string>>> = {
  unreachable: 'The recipient’s service does not answer.',
  certificate: 'The service’s certificate is not valid. Nothing was sent.',
  'sign-in': 'The service does not accept the school’s token.',
  refused: 'The service refused the file.',
  interrupted: 'The connection broke off.',
  'too-slow': 'The service took too long.',
  'wrong-receipt': 'The service’s receipt does not match what was sent.',
  misconfigured: 'The service’s settings can’t be used.',
}
const final: readonly DeliveryFault[] = ['certificate', 'wrong-receipt', 'misconfigured']
const giveUp = (fault: DeliveryFault): Sending => failed(fault, words[fault] ?? '', !final.includes(fault))

/**
 * Pushes the file with the release's id as `Idempotency-Key`: a service that keeps to it takes a second try for the same
 * file. A 2xx answer acknowledges; where the endpoint asks for it, the answer must carry the SHA-256 of what arrived,
 * signed with the recipient's key.
 */
export function httpsTransport(options: HttpsOptions): Transport {
  return {
    async send(payload, endpoint) {
      const settings = readHttpsEndpoint(endpoint.settings)
      if (!settings.ok)
        return failed('misconfigured', `${words.misconfigured ?? ''} (${settings.error})`, false)
      const token = endpoint.secretReference ? await options.readToken(endpoint.secretReference) : null
      if (endpoint.secretReference && token === null) return giveUp('misconfigured')
      const answer = await push(pushOf(settings.value, payload, token, options.limit))
      if ('fault' in answer) return giveUp(answer.fault)
      const { status, body } = answer
      if (status === 401 || status === 403) return giveUp('sign-in')
      if (status < 200 || status > 299) {
        return failed('refused', `${words.refused ?? ''} (status ${status})`, mayPass(status))
      }
      return receiptOf(settings.value, payload, status, body)
    },
  }
}

function pushOf(
  endpoint: HttpsEndpoint,
  payload: ReleasedPayload,
  token: string | null,
  limit: number,
): Parameters<typeof push>[0] {
  const base = endpoint.url.replace(/\/+$/, '')
  return {
    url: new URL(
      endpoint.method === 'PUT' ? `${base}/${encodeURIComponent(payload.fileName)}` : endpoint.url,
    ),
    method: endpoint.method,
    headers: {
      'content-type': payload.mediaType,
      'idempotency-key': payload.releaseId,
      // RFC 9530
      'content-digest': `sha-256=:${Buffer.from(payload.sha256, 'hex').toString('base64')}:`,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: payload.body,
    authority: endpoint.authority,
    limit,
  }
}

/** A receipt is `{ sha256, signature? }`; the signature is Ed25519 over the hash's hex text, in base64. */
function receiptOf(endpoint: HttpsEndpoint, payload: ReleasedPayload, status: number, body: string): Sending {
  const receipt = parseReceipt(body)
  if (receipt.sha256 !== null && receipt.sha256 !== payload.sha256) return giveUp('wrong-receipt')
  const signed =
    endpoint.receiptKey !== undefined && isSigned(endpoint.receiptKey, payload.sha256, receipt.signature)
  if (
    endpoint.receiptRequired &&
    (receipt.sha256 === null || (endpoint.receiptKey !== undefined && !signed))
  ) {
    return giveUp('wrong-receipt')
  }
  return {
    kind: 'acknowledged',
    receipt: { status, sha256: payload.sha256, confirmed: receipt.sha256 !== null, signed },
  }
}

function parseReceipt(body: string): { readonly sha256: string | null; readonly signature: string | null } {
  try {
    const parsed = JSON.parse(body) as { sha256?: unknown; signature?: unknown } | null
    return {
      sha256: typeof parsed?.sha256 === 'string' ? parsed.sha256 : null,
      signature: typeof parsed?.signature === 'string' ? parsed.signature : null,
    }
  } catch {
    return { sha256: null, signature: null }
  }
}

function isSigned(key: string, sha256: string, signature: string | null): boolean {
  if (signature === null) return false
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    return verify(null, Buffer.from(sha256), publicKey, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}
