/**
 * Called between every two steps with the step's name. It does nothing outside tests; a test passes one that kills the
 * process there, and then looks whether anything was lost or left twice.
 */
export type FaultPoint = (name: string) => Promise<void> | void

export const noFault: FaultPoint = () => undefined
