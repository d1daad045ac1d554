export interface ProblemView {
  readonly title: string
  readonly detail: string
  readonly why: string | null
  readonly todo: string | null
  /** Shown only for a fault: it finds the line in the log. */
  readonly incident: string | null
}
