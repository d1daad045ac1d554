export interface DownloadView {
  readonly token: string
}
