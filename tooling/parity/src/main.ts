// Writes the tables of docs/parity.md anew.
import { writeFileSync } from 'node:fs'
import { currentPage, documentPath } from './document.ts'

const { present, wanted } = await currentPage()
if (present !== wanted) writeFileSync(documentPath, wanted)
console.log(present === wanted ? 'parity: docs/parity.md is current' : 'parity: docs/parity.md written')
