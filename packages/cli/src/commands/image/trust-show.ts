import type { TrustEntry } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { goJsonIndented } from '../../format/json.ts'
import { formatList } from '../../format/list.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] [REGISTRY]',
  description:
    'Prints what policy.json says, a requirement a line, and where signatures are read from (registries.d).\n' +
    'With REGISTRY: what is said about it, its namespaces and repositories, and the default.',
  flags: [
    { name: 'json', short: 'j', kind: 'bool', help: 'Print JSON' },
    { name: 'raw', kind: 'bool', help: 'Print policy.json as it is' },
    { name: 'noheading', short: 'n', kind: 'bool', help: 'Leave the headings out' },
    { name: 'policypath', kind: 'string', value: 'file', help: 'policy.json in place of the configured one' },
    { name: 'registrypath', kind: 'string', value: 'dir', help: 'registries.d in place of the configured one' }
  ],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 1)
    const { trust } = await engine()
    const [policyFile, registriesDirectory] = [flags.text('policypath'), flags.text('registrypath')]
    const files = {
      ...(policyFile === undefined ? {} : { policyFile }),
      ...(registriesDirectory === undefined ? {} : { registriesDirectory })
    }
    if (flags.bool('raw')) {
      stdio.stdout.write(ended((await trust.policy(files)).text))
      return
    }
    const entries = (await trust.show(files)).filter((entry) => isAbout(args[0], entry))
    if (flags.bool('json')) {
      stdio.stdout.write(`${goJsonIndented(entries.map(jsonOf), 2)}\n`)
      return
    }
    const text = formatList({
      format: undefined,
      table: '{{.Transport}}\t{{.Name}}\t{{.Type}}\t{{.Id}}\t{{.Store}}',
      rows: entries.map(rowOf),
      noHeading: flags.bool('noheading'),
      terminal: stdio.stdout.isTTY === true
    })
    stdio.stdout.write(text)
  }
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

function isAbout(registry: string | undefined, { transport, scope }: TrustEntry): boolean {
  return registry === undefined || transport === undefined || scope === registry || scope.startsWith(`${registry}/`)
}

/** Podman’s words for transports and types. */
const shownTransport = (transport: string | undefined): string =>
  transport === undefined ? 'all' : transport === 'docker' ? 'repository' : transport
const shownType = ({ type }: TrustEntry): string => (type === 'signedBy' ? 'signed' : type)
const shownOwners = ({ type, keyOwners }: TrustEntry): string =>
  type === 'sigstoreSigned' ? 'N/A' : keyOwners.join(', ')

const rowOf = (entry: TrustEntry): object => ({
  Transport: shownTransport(entry.transport),
  Name: entry.transport === undefined ? 'default' : entry.scope,
  Type: shownType(entry),
  Id: shownOwners(entry),
  Store: entry.store
})

/** Podman leaves empty members out. */
function jsonOf(entry: TrustEntry): object {
  const isDefault = entry.transport === undefined
  const members = {
    transport: shownTransport(entry.transport),
    name: isDefault ? '* (default)' : entry.scope,
    repo_name: isDefault ? 'default' : entry.scope,
    sigstore: entry.store,
    type: shownType(entry),
    gpg_id: shownOwners(entry)
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ''))
}
