import { describeEngine } from '@runcible/suites'
import { fakeEngine } from './support/fake-engine.ts'

describeEngine('lifecycle over the fakes', { files: false }, fakeEngine)
