export { jwsKey, newSeed, parsePublicKey, type JwsKey } from './keys.ts'
export { readJws, signJws, verifyJws, type JwsFault, type UnverifiedJws } from './jws.ts'
