export { cancelDelivery, cancelDeliveryIn } from './cancel-delivery.ts'
export { confirmDelivery } from './confirm-delivery.ts'
export { deliverNow, usualTransports, type DeliveryOutcome, type Way } from './deliver-now.ts'
export type { DeliveryState } from './delivery.store.ts'
export {
  beginDownload,
  isDownloadOpen,
  makeDownloadLink,
  openDownload,
  readCopySheet,
  takeCopySheet,
  type CopySheet,
  type Download,
} from './download.store.ts'
export { folderTransport, type FolderOptions } from './folder.ts'
export type { ProposedEndpoint } from './proposed-endpoint.ts'
export { recordEndpoint, type EndpointRecorded } from './record-endpoint.ts'
export { returnSigningKey } from './return-keys.ts'
export { retryDelivery } from './retry-delivery.ts'
export { schoolsPublicKey } from './schools-public-key.ts'
export { startDelivery, type Work } from './start-delivery.ts'
export { readHttpsEndpoint, readSftpEndpoint } from './endpoint.ts'
export type { DeliveryFault, Transport, TransportKind, Transports } from './transport.ts'
