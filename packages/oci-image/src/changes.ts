import { constants } from 'node:os'
import { posix } from 'node:path'
import { EngineError } from '@runcible/interface'
import type { ImageRunConfig } from '@runcible/oci-spec'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * The run part of a config with `--change` instructions applied, in the form of a Containerfile: `CMD ["a"]`, `ENV A=b` …
 * (`CMD=…` with an equals sign is Podman's other spelling, and so is `LABEL a=several words` without quotes).
 *
 * @throws EngineError `invalid-argument` for an unknown or malformed instruction.
 */
export function applyChanges(changes: readonly string[], base: ImageRunConfig = {}): ImageRunConfig {
  const config: Mutable<ImageRunConfig> = { ...base }
  for (const change of changes) {
    const match = /^([A-Za-z]+)(?:\s+|\s*=\s*)(\S[\s\S]*)$/.exec(change.trim())
    const apply = instructions[match?.[1]?.toUpperCase() ?? '']
    if (match === null || apply === undefined) {
      throw invalid(change, `it is none of ${Object.keys(instructions).join(', ')} with a value`)
    }
    apply(config, match[2] as string, change)
  }
  return config
}

const instructions: Readonly<Record<string, (config: Mutable<ImageRunConfig>, value: string, change: string) => void>> =
  {
    CMD(config, value) {
      config.Cmd = command(value)
    },
    ENTRYPOINT(config, value) {
      config.Entrypoint = command(value)
    },
    ENV(config, value, change) {
      const added = pairs(value, change)
      const kept = (config.Env ?? []).filter((entry) => !added.some(([name]) => entry.startsWith(`${name}=`)))
      config.Env = [...kept, ...added.map(([name, text]) => `${name}=${text}`)]
    },
    EXPOSE(config, value, change) {
      const ports = value.split(/\s+/).flatMap((port) => exposed(port, change))
      config.ExposedPorts = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) }
    },
    LABEL(config, value, change) {
      config.Labels = { ...config.Labels, ...Object.fromEntries(pairs(value, change)) }
    },
    ONBUILD(config, value) {
      config.OnBuild = [...(config.OnBuild ?? []), value]
    },
    STOPSIGNAL(config, value, change) {
      if (!isSignal(value)) throw invalid(change, `there is no signal ${JSON.stringify(value.slice(0, 40))}`)
      config.StopSignal = value
    },
    USER(config, value) {
      config.User = value
    },
    VOLUME(config, value) {
      const paths = list(value) ?? value.split(/\s+/)
      config.Volumes = { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) }
    },
    WORKDIR(config, value) {
      config.WorkingDir = posix.resolve('/', config.WorkingDir ?? '', value)
    }
  }

/** A name with or without `SIG`, a number, or a real-time signal counted from the first or last one. */
function isSignal(text: string): boolean {
  const name = text.toUpperCase().replace(/^SIG/, '')
  if (/^\d{1,2}$/.test(name)) return Number(name) >= 1 && Number(name) <= 64
  return Object.hasOwn(constants.signals, `SIG${name}`) || /^RTM(?:IN(?:\+\d{1,2})?|AX(?:-\d{1,2})?)$/.test(name)
}

const command = (value: string): readonly string[] => list(value) ?? ['/bin/sh', '-c', value]

function list(value: string): readonly string[] | undefined {
  if (!value.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) && parsed.every((item) => typeof item === 'string') ? parsed : undefined
  } catch {
    return undefined
  }
}

/** `A=b C="d e"`, or the old form `A b`. */
function pairs(value: string, change: string): readonly (readonly [string, string])[] {
  const words = [...value.matchAll(/((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/gs)].map(
    (match) => match[1] as string
  )
  const [first = '', ...rest] = words
  if (!first.includes('=')) {
    if (rest.length === 0) throw invalid(change, 'a value is missing')
    return [[unquote(first), value.slice(value.indexOf(first) + first.length).trim()]]
  }
  // `LABEL title=My image`: what is no pair belongs to the value before.
  if (words.slice(1).some((word) => word.indexOf('=') <= 0) && first.indexOf('=') > 0) {
    const equals = value.indexOf('=')
    return [[unquote(value.slice(0, equals)), unquote(value.slice(equals + 1))]]
  }
  return words.map((word) => {
    const equals = word.indexOf('=')
    if (equals <= 0) throw invalid(change, `"${word}" is not NAME=value`)
    return [unquote(word.slice(0, equals)), unquote(word.slice(equals + 1))]
  })
}

const unquote = (word: string): string =>
  word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, (_, double?: string, single?: string, escaped?: string) =>
    double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(.)/gs, '$1')
  )

function exposed(port: string, change: string): readonly string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(port)
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])]
  if (match === null || last > 65_535 || first > last || first === 0) throw invalid(change, `"${port}" is not a port`)
  const protocol = match[3]?.toLowerCase() ?? 'tcp'
  return Array.from({ length: last - first + 1 }, (_, offset) => `${first + offset}/${protocol}`)
}

const invalid = (change: string, why: string): EngineError =>
  new EngineError('invalid-argument', `cannot apply the change ${JSON.stringify(change.slice(0, 100))}: ${why}`)
