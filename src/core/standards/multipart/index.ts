export { readMultipart, type FormPart } from './read-multipart.ts'
