import type { CommandFlags } from './our-commands.ts'
import type { PeerCommand } from './peer.ts'

const images = [
  'copy',
  'delete',
  'generate-sigstore-key',
  'inspect',
  'list-tags',
  'manifest-digest',
  'standalone-sign',
  'standalone-verify',
  'sync',
  'untrusted-signature-dump-without-verification'
]

/** skopeo's name → ours. Its flags before the command are flags of ours after it: a copy has all of them. */
const names: Readonly<Record<string, string>> = {
  '': 'image copy',
  login: 'login',
  logout: 'logout',
  ...Object.fromEntries(images.map((name) => [name, `image ${name}`]))
}

/** What a command of skopeo is here; undefined when there is none. */
export const counterpart = (name: string): string | undefined => (Object.hasOwn(names, name) ? names[name] : undefined)

/** Our commands under the names that skopeo has for them. */
export const underSkopeoNames = (peer: readonly PeerCommand[], ours: readonly CommandFlags[]): CommandFlags[] =>
  peer.flatMap(({ name }) => {
    const own = ours.find((command) => command.names.includes(counterpart(name) ?? '-'))
    return own === undefined ? [] : [{ names: [name], flags: own.flags }]
  })
