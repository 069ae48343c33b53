import { createLinux } from '@runcible/linux'
import { runc } from '@runcible/runc-driver'

/** Makes the task it is given as JSON, starts it if asked to, and then waits to be killed. */
const [root = '', task = '', step = ''] = process.argv.slice(2)
const runtime = runc({ linux: createLinux(), root })({})
process.stdout.write('begin\n')
const created = await runtime.create(JSON.parse(task))
if (step === 'start') await created.start()
process.stdout.write(`${step}\n`)
setInterval(() => undefined, 1000)
