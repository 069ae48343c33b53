import { describeContentStore } from '@runcible/suites'
import { localContentStore } from '../src/index.ts'
import { linux, temporary } from './support.ts'

describeContentStore('localContentStore', async () => {
  const directory = temporary()
  const subject = localContentStore({ root: `${directory.path}/content`, linux })({})
  return { subject, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
})
