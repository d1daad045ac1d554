import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { DeliveryFault } from './transport.ts'

export interface Push {
  readonly url: URL
  readonly method: 'PUT' | 'POST'
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Uint8Array
  /** PEM of the authority that signed the service's certificate, when it is not a public one. */
  readonly authority?: string | undefined
  /** Milliseconds for the whole of it. */
  readonly limit: number
}

export type Answer = { readonly status: number; readonly body: string } | { readonly fault: DeliveryFault }

/** An answer is read up to this size: a receipt is small, and what it says is not kept. */
const answerLimit = 64 * 1024

/** Sends bytes over HTTP and reads the answer. Never throws; redirects are not followed, certificates always checked. */
export function push({ url, method, headers, body, authority, limit }: Push): Promise<Answer> {
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    let late = false
    const request = ask(url, {
      method,
      headers: { 'content-length': body.length, ...headers },
      ...(authority === undefined ? {} : { ca: authority }),
      rejectUnauthorized: true, // whatever the environment says
      minVersion: 'TLSv1.2',
      agent: false,
    })
    const timer = setTimeout(() => {
      late = true
      request.destroy()
      resolve({ fault: 'too-slow' })
    }, limit)
    request.on('error', (error) => {
      clearTimeout(timer)
      resolve({ fault: late ? 'too-slow' : faultOf(error) })
    })
    request.on('response', (response) => {
      readAnswer(response).then(
        (text) => {
          clearTimeout(timer)
          resolve({ status: response.statusCode ?? 0, body: text })
        },
        () => {
          clearTimeout(timer)
          resolve({ fault: 'interrupted' })
        },
      )
    })
    request.end(body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > answerLimit) {
      response.destroy()
      break
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const certificateCodes = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|EPROTO/

function faultOf(error: Error): DeliveryFault {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (certificateCodes.test(code)) return 'certificate'
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENETUNREACH'].includes(code)
    ? 'unreachable'
    : 'interrupted'
}

/** Statuses below 500 that may be other the next time: timeout, too early, too many. A redirect is never followed. */
const passing: ReadonlySet<number> = new Set([408, 425, 429])
export const mayPass = (status: number): boolean => passing.has(status) || status > 499
