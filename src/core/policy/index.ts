export { checkProperties, selectedCases, type BrokenProperty, type Checkable } from './check-properties.ts'
export type { NoticeOrder, NoticeSection, Policy, PolicyFault } from './policy.ts'
export type { CaseFacts, CaseTest, ItemTest, StaticProperty } from './static-property.ts'
export { readPolicyFolder } from './read-policy-folder.ts'
