import type { RecipientRecord } from '../../../school/agreements/index.ts'
import type { ProposedEndpoint } from '../../../school/deliver/index.ts'
import { asking, type Faults, type Sent } from '../form/form.ts'
import type { FieldView } from '../form/form.view.ts'

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** The questions about an SFTP server or a web service. Secrets are asked for and never shown. */
export function addressFields(
  kind: ProposedEndpoint['kind'],
  sent: Sent,
  faults: Faults,
  { endpoint, secretReference }: RecipientRecord,
): readonly FieldView[] {
  const ask = asking(sent, faults)
  const start = (name: string): string => textOf(endpoint[name])
  const before = secretReference !== null
  if (kind === 'https') {
    return [
      ask.text('url', 'Address of the recipient’s service', {
        hint: 'It begins https://, such as https://in.supplier.example/files/',
        start: start('url'),
      }),
      ask.radios(
        'method',
        'How does it take files?',
        { PUT: 'Under the file’s own name (PUT)', POST: 'At this address (POST)' },
        { start: start('method') || 'PUT' },
      ),
      ask.radios(
        'signIn',
        'Does it want a token?',
        {
          ...(before ? { 'as-before': 'Keep the token it has' } : {}),
          token: {
            text: 'Yes, a token it gave us',
            inside: [
              ask.secret('token', 'Token', {
                hint: 'It is kept apart from the database and not shown again',
              }),
            ],
          },
          nothing: 'No',
        },
        { start: before ? 'as-before' : '' },
      ),
    ]
  }
  return [
    ask.text('host', 'Server', {
      hint: 'Its name only, such as sftp.supplier.example',
      start: start('host'),
    }),
    ask.text('port', 'Port', {
      hint: '22 unless the recipient says otherwise',
      start: start('port') || '22',
      width: 5,
    }),
    ask.text('user', 'User name', { start: start('user'), width: 20 }),
    ask.text('folder', 'Folder', {
      hint: 'Leave empty if files go where the user arrives',
      start: start('folder'),
    }),
    ask.text('hostKey', 'Fingerprint of the server’s host key', {
      hint: 'It begins SHA256: and proves that the server is the right one. Ask the recipient for it by telephone',
      start: start('fingerprint') || start('hostKey'),
    }),
    ask.radios(
      'signIn',
      'How does the school sign in there?',
      {
        ...(before ? { 'as-before': 'As before' } : {}),
        'new-key': {
          text: 'With a new key that Gatehouse makes',
          hint: 'Its public half is shown on the next page, for you to send to the recipient',
        },
        password: {
          text: 'With a password that the recipient gave us',
          inside: [
            ask.secret('password', 'Password', {
              hint: 'It is kept apart from the database and not shown again',
            }),
          ],
        },
        'private-key': {
          text: 'With a private key that we have already',
          inside: [
            ask.secretLines('privateKey', 'Private key', {
              hint: 'The whole file, without a passphrase. It is kept apart from the database and not shown again',
            }),
          ],
        },
      },
      { start: before ? 'as-before' : 'new-key' },
    ),
  ]
}

/** The filled form as an endpoint to record. */
export function addressOf(kind: ProposedEndpoint['kind'], sent: Sent): ProposedEndpoint {
  const by = sent.text('signIn')
  if (kind === 'https') {
    return {
      kind,
      url: sent.text('url'),
      method: sent.text('method') === 'POST' ? 'POST' : 'PUT',
      signIn:
        by === 'token'
          ? { by, secret: sent.text('token') }
          : { by: by === 'nothing' ? 'nothing' : 'as-before' },
    }
  }
  return {
    kind,
    host: sent.text('host'),
    port: sent.text('port'),
    user: sent.text('user'),
    folder: sent.text('folder'),
    hostKey: sent.text('hostKey'),
    signIn:
      by === 'password'
        ? { by, secret: sent.text('password') }
        : by === 'private-key'
          ? { by, secret: sent.text('privateKey') }
          : { by: by === 'new-key' ? 'new-key' : 'as-before' },
  }
}
