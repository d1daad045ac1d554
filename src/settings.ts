import { resolve } from 'node:path'
import { GatehouseError } from './core/vocabulary/index.ts'

/** What the environment may set; every default works on a fresh machine. */
export interface Settings {
  readonly port: number
  /** The address listened on, such as 127.0.0.1 behind a proxy; absent: every one of the machine's. */
  readonly host: string | undefined
  /** Where a collector takes in returns over SFTP; absent: nowhere. */
  readonly sftpPort: number | undefined
  /** The data folder: store, keys, log, outbox. */
  readonly home: string
  /** Absent: the embedded store in `home`. */
  readonly databaseUrl: string | undefined
  readonly policyFolder: string
  /** Address people use, for links in receipts and downloads. */
  readonly publicUrl: string
  /** URN of the school served; needed only where a store holds several. */
  readonly school: string | undefined
  /** The collector's origin, to which returns are submitted. */
  readonly collectorUrl: string | undefined
}

/** @throws GatehouseError `misconfigured` naming the variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env['PORT'] ?? '8080')
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new GatehouseError('misconfigured', 'PORT must be a whole number from 0 to 65535.', {
      where: 'the environment',
    })
  }
  const sftpPort = env['SFTP_PORT'] ? Number(env['SFTP_PORT']) : undefined
  if (sftpPort !== undefined && (!Number.isInteger(sftpPort) || sftpPort < 0 || sftpPort > 65535)) {
    throw new GatehouseError('misconfigured', 'SFTP_PORT must be a whole number from 0 to 65535.', {
      where: 'the environment',
    })
  }
  const databaseUrl = env['DATABASE_URL'] || undefined
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new GatehouseError('misconfigured', 'DATABASE_URL must begin with postgres://', {
      where: 'the environment',
    })
  }
  const publicUrl = env['PUBLIC_URL'] || `http://localhost:${port}`
  if (!/^https?:\/\/[^/?#]+$/.test(publicUrl) || !URL.canParse(publicUrl)) {
    throw new GatehouseError(
      'misconfigured',
      'PUBLIC_URL must be an address such as https://gatehouse.school.example',
      {
        where: 'the environment',
        why: 'It is put before every path, so it has neither a path nor a slash at its end.',
      },
    )
  }
  const collectorUrl = env['COLLECTOR_URL'] || undefined
  if (collectorUrl !== undefined && !isCollector(collectorUrl)) {
    throw new GatehouseError(
      'misconfigured',
      'COLLECTOR_URL must be an address such as https://collect.example',
      {
        where: 'the environment',
        why: 'Returns go over https, or to this very machine; it has neither a path nor a slash at its end.',
      },
    )
  }
  return {
    port,
    sftpPort,
    host: env['GATEHOUSE_HOST'] || undefined,
    home: resolve(env['GATEHOUSE_HOME'] || './data'),
    databaseUrl,
    policyFolder: resolve(env['GATEHOUSE_POLICY'] || new URL('../policy/', import.meta.url).pathname),
    publicUrl,
    school: env['GATEHOUSE_SCHOOL'] || undefined,
    collectorUrl,
  }
}

const isCollector = (text: string): boolean =>
  /^https:\/\/[^/?#@]+$|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(text) && URL.canParse(text)
