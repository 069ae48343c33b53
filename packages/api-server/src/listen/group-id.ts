import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'

/**
 * Number of a group: a number itself, or a name of /etc/group.
 *
 * @throws EngineError `not-found`
 */
export function groupId(group: string, groupFile = '/etc/group'): number {
  if (/^\d{1,9}$/.test(group)) return Number(group)
  const line = readFileSync(groupFile, 'utf8')
    .split('\n')
    .map((text) => text.split(':'))
    .find(([name]) => name === group)
  if (line === undefined || !/^\d{1,10}$/.test(line[2] ?? '')) {
    throw new EngineError('not-found', `there is no group ${JSON.stringify(group)}`, {
      subject: { kind: 'host', name: group },
      hint: `groupadd --system ${group}`
    })
  }
  return Number(line[2])
}
