import { createLinux } from '../src/index.ts'

// Holds the lock named by the first argument until standard input ends.
const [, , path] = process.argv
using held = await createLinux().lock.lock(path ?? '')
process.stdout.write(`${held.fd}\n`)
for await (const _ of process.stdin);
