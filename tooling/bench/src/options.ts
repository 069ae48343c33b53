import { parseArgs } from 'node:util'

export interface Options {
  /** Benchmarks to run. */
  readonly names: readonly string[]
  readonly isQuick: boolean
  readonly shouldWriteDocs: boolean
  readonly isHelp: boolean
  /** Peers to run, of those installed. */
  readonly peers: readonly string[]
  /** Directory for everything that is made; on the filesystem to measure. */
  readonly directory: string
  /** The command to measure. */
  readonly program: string
}

export const usage = `Usage: pnpm bench [options] [name…]

Runs each benchmark with this repository's bundled command and with every installed peer, in turns.

  --quick             Fewer rounds and smaller inputs
  --peers <names>     Only these peers, separated by commas; empty for none
  --directory <dir>   Where stores and images go (default /var/tmp)
  --program <file>    The command to measure (default apps/runcible/dist/runcible)
  --write-docs        Put the table of a full run into docs/performance.md
  --help              Show this text and the benchmarks
`

export interface Defaults {
  readonly names: readonly string[]
  readonly peers: readonly string[]
  readonly program: string
}

/** Throws for what it does not know. */
export function parseOptions(args: readonly string[], { names, peers, program }: Defaults): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      peers: { type: 'string', default: peers.join(',') },
      directory: { type: 'string', default: '/var/tmp' },
      program: { type: 'string', default: program }
    }
  })
  const wantedPeers = values.peers.split(',').filter(Boolean)
  known('benchmark', positionals, names)
  known('peer', wantedPeers, peers)
  const isWhole = positionals.length === 0 && !values.quick && wantedPeers.length === peers.length
  if (values['write-docs'] && !isWhole)
    throw new Error('--write-docs is for a full run: without names, --quick and --peers')
  return {
    names: positionals.length > 0 ? names.filter((name) => positionals.includes(name)) : names,
    isQuick: values.quick,
    shouldWriteDocs: values['write-docs'],
    isHelp: values.help,
    peers: wantedPeers,
    directory: values.directory,
    program: values.program
  }
}

function known(kind: string, asked: readonly string[], all: readonly string[]): void {
  const unknown = asked.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`no ${kind} is called ${unknown}; there are ${all.join(', ')}`)
}
