import pg from 'pg'
import { GatehouseError } from '../vocabulary/index.ts'

const oldestServer = 15
const patience = 10_000

/**
 * Sees that the server answers, lets this user in and is new enough.
 * @throws GatehouseError `misconfigured` in plain words, without the password.
 */
export async function checkServer(url: string): Promise<void> {
  const version = await versionOf(url)
  if (version >= oldestServer) return
  throw new GatehouseError('misconfigured', `Gatehouse needs PostgreSQL ${oldestServer} or later.`, {
    where: hostOf(url),
    why: `The server is PostgreSQL ${version}.`,
    todo: 'Upgrade the server, or name another in DATABASE_URL.',
  })
}

async function versionOf(url: string): Promise<number> {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<{ version: number }>(
        "select current_setting('server_version_num')::int as version",
      )
      return Math.floor((rows[0]?.version ?? 0) / 10_000)
    } finally {
      await client.end().catch(() => undefined)
    }
  } catch (error) {
    throw unreachable(error, url)
  }
}

/** The part of the address that is no secret. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'DATABASE_URL')

/** What is known by its code: SQLSTATE from the server, a system's error name from the way there. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at that address.',
  ENOTFOUND: 'No machine has that name.',
  EAI_AGAIN: 'The machine’s name can’t be looked up just now.',
  ETIMEDOUT: 'It did not answer in time.',
  EHOSTUNREACH: 'No way leads there.',
  '28P01': 'It does not accept this user’s password.',
  '28000': 'It does not let this user in from here, or not without TLS.',
  '3D000': 'It has no database of that name.',
  '42501': 'This user may not connect to that database.',
  '53300': 'It has no connection left to give.',
  '57P03': 'It is starting up or shutting down.',
}

function unreachable(error: unknown, url: string): GatehouseError {
  const { code, message = '' } = error as { code?: string; message?: string }
  // Node's and the driver's own errors of the handshake carry no code or one of many; none holds a value of the store.
  const tls = /SSL|TLS|CERT|SELF_SIGNED/i.test(`${code ?? ''} ${message}`)
  const known = code === undefined ? undefined : reasons[code]
  const slow = /timeout/i.test(message) ? reasons['ETIMEDOUT'] : undefined
  return new GatehouseError('misconfigured', 'The database at DATABASE_URL can’t be reached.', {
    where: hostOf(url),
    why:
      known ??
      (tls ? 'Its certificate or its way of encrypting is not accepted.' : slow) ??
      `It failed with code ${code ?? 'none'}.`,
    todo: 'Check address, user, password and TLS, and whether the server runs; or unset DATABASE_URL to use the embedded store.',
  })
}
