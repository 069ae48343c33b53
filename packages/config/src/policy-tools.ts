/** What is loaded only where there is a policy to read or to change. */
export { editPolicy, type PolicyChange } from './policy-edit.ts'
export { readSignaturePlaces } from './policy-places.ts'
export { parsePolicy } from './policy.ts'
