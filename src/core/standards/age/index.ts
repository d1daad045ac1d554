export {
  parseAgeRecipient,
  type AgeRecipient,
  type AgeRecipientFault,
  type AgeRecipientKind,
} from './recipient.ts'
export { decryptWith, encryptTo, looksEncrypted } from './encrypt.ts'
export { decryptStream, encryptStream } from './stream.ts'
export { makeIdentity, recipientOf } from './identity.ts'
